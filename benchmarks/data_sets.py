"""The rows that benchmarks train on and predict: examples of the project, and generated ones."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.container_server import ROOT

CACHE = ROOT / ".cache" / "bench"
_EXAMPLES = ROOT / "examples"
_MOST_BYTES = 6_000_000
"""Of a real-time request."""


@dataclass(frozen=True)
class DataSet:
    """Training and test rows with their label.

    `init_args` are those of AutoGluon beside the metric. `make` writes `train.csv` and `test.csv`
    into an empty folder; without it, an example of this name has them.
    """

    name: str
    init_args: dict[str, Any]
    make: Callable[[Path], None] | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """The column that is predicted."""
        return str(self.init_args["label"])

    @property
    def folder(self) -> Path:
        """Where `train.csv` and `test.csv` are."""
        if self.make is None:
            return _EXAMPLES / self.name
        folder = CACHE / "data" / self.name
        if not (folder / "test.csv").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            self.make(folder)
        return folder

    def requests(self) -> pd.DataFrame:
        """Test rows without their label."""
        return pd.read_csv(self.folder / "test.csv").drop(columns=[self.label])

    def most_rows(self) -> int:
        """How many of these rows a request can hold."""
        rows = self.requests().head(200)
        return _MOST_BYTES * len(rows) // len(rows.to_csv(index=False))


def _write(folder: Path, rows: Iterator[Sequence[object]], train: int, test: int) -> None:
    header = next(rows)
    for name, count in (("train.csv", train), ("test.csv", test)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(
            [header, *(next(rows) for _ in range(count))]
        )
        (folder / name).write_text(text.getvalue(), encoding="utf-8")


def _digits(folder: Path) -> None:
    from sklearn.datasets import load_digits

    data = load_digits()

    def rows() -> Iterator[Sequence[object]]:
        yield [*(f"p{at}" for at in range(64)), "digit"]
        for pixels, digit in zip(data.data, data.target, strict=True):
            yield [*(int(pixel) for pixel in pixels), int(digit)]

    _write(folder, rows(), 1200, 597)


def _wide(folder: Path) -> None:
    dice = random.Random(1)  # noqa: S311 - the same rows each time

    def rows() -> Iterator[Sequence[object]]:
        yield [*(f"n{at}" for at in range(450)), *(f"c{at}" for at in range(50)), "y"]
        while True:
            numbers = [round(dice.gauss(0, 1), 4) for _ in range(450)]
            words = [dice.choice("abcdefgh") for _ in range(50)]
            points = sum(numbers[:9]) + words[:9].count("a") + dice.gauss(0, 1)
            yield [*numbers, *words, "yes" if points > 1 else "no"]

    _write(folder, rows(), 4000, 1000)


def _texts(folder: Path) -> None:
    dice = random.Random(2)  # noqa: S311 - the same rows each time
    words = [
        f"{start}{end}" for start in "bdfgklmnprst" for end in ("am", "ol", "ix", "ura", "ent")
    ]

    def rows() -> Iterator[Sequence[object]]:
        yield ["product", "stars", "review", "returned"]
        while True:
            review = dice.choices(words, k=dice.randint(6, 30))
            product, stars = dice.choice("abcdefgh"), dice.randint(1, 5)
            points = review.count("bam") + review.count("dol") + (stars < 3) + dice.gauss(0, 0.6)
            yield [product, stars, " ".join(review), "yes" if points > 1 else "no"]

    _write(folder, rows(), 6000, 2000)


INCOME = DataSet("income", {"label": "class"})
HOUSING = DataSet("housing", {"label": "Price", "problem_type": "regression"})
QUANTILES = DataSet(
    "housing",
    {"label": "Price", "problem_type": "quantile", "quantile_levels": [0.1, 0.5, 0.9]},
)
DIGITS = DataSet("digits", {"label": "digit", "problem_type": "multiclass"}, _digits)
WIDE = DataSet("wide", {"label": "y"}, _wide)
TEXTS = DataSet("texts", {"label": "returned"}, _texts)
