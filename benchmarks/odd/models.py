"""Small predictors of every kind of column, for odd requests; each is trained in seconds."""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.odd.corpus import Row

LABEL = "liked"
_WORDS = ("late", "good", "service", "slow", "parcel", "again", "never", "thanks", "fine", "blue")
_FOREST = {"XT": {"n_estimators": 10, "max_leaf_nodes": 40}}
_BOOSTER = {"GBM": {"num_boost_round": 20}}


@dataclass(frozen=True)
class OddModel:
    """One predictor: its name, how its rows are made (with the label), and its members."""

    name: str
    row: Callable[[random.Random], Row]
    members: dict[str, Any]

    def rows(self, count: int, seed: int) -> list[Row]:
        """Rows as CSV cells, the label included."""
        dice = random.Random(seed)  # noqa: S311 - the same rows each time
        return [self.row(dice) for _ in range(count)]


def _every_kind(dice: random.Random) -> Row:
    age, score = dice.randint(18, 80), round(dice.uniform(-2, 2), 3)
    row = {
        "grade": dice.choice(("A1", "1", "NA", "B2")),
        "zip": dice.choice(("01001", "1001", "90210", "00501")),
        "sex": dice.choice(("Female", "Male")),
        "age": str(age),
        "score": "" if dice.random() < 0.1 else str(score),
        "member": dice.choice(("true", "false")),
        "seen": dice.choice(("true", "false", "")),
        "joined": dice.choice(("", f"20{dice.randint(10, 24)}-0{dice.randint(1, 9)}-17")),
        "note": " ".join(dice.sample(_WORDS, 5)),
    }
    points = age / 40 + score + (row["grade"] == "NA") + (row["zip"] == "01001")
    return row | {LABEL: "yes" if points + (row["seen"] == "true") > 2 else "no"}


def _review(dice: random.Random) -> Row:
    text = " ".join(dice.sample(_WORDS, 4))
    return {"review": text, LABEL: "yes" if "good" in text or "fine" in text else "no"}


def _review_of_a_product(dice: random.Random) -> Row:
    row = {"product": dice.choice(("x", "z", "lamp", "1"))} | _review(dice)
    return row | {LABEL: row[LABEL] if row["product"] in ("x", "1") else "no"}


def _words_alone(dice: random.Random) -> Row:
    row = {
        "colour": dice.choice(("red", "green", "blue")),
        "size": dice.choice(("big", "small", "tiny")),
        "shape": dice.choice(("round", "flat", "square")),
    }
    return row | {LABEL: "yes" if row["colour"] == "red" or row["size"] == "big" else "no"}


def _numbers(dice: random.Random) -> Row:
    width, height = dice.uniform(0, 9), dice.uniform(0, 9)
    row = {"width": f"{width:.3f}", "height": "" if dice.random() < 0.1 else f"{height:.3f}"}
    return row | {LABEL: "yes" if width + height > 9 else "no"}


ODD_MODELS = (
    OddModel("every kind of column", _every_kind, _FOREST),
    OddModel("one text", _review, _BOOSTER),
    OddModel("a category and a text", _review_of_a_product, _BOOSTER),
    OddModel("numbers alone", _numbers, _FOREST),
    OddModel("categories alone", _words_alone, _BOOSTER),
)


def train(model: OddModel, folder: Path) -> Path:
    """Train the predictor by the project's training job, or find it in `folder`.

    Returns:
        The unpacked artifact.
    """
    if (folder / "model" / "metrics.json").is_file():
        return folder / "model"
    from autogluon_jobs.jobs.train import main

    channels = folder / "input" / "data"
    for name in ("train", "config"):
        (channels / name).mkdir(parents=True, exist_ok=True)
    rows = model.rows(500, seed=1)
    with (channels / "train" / "train.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    fit_args = {"hyperparameters": model.members, "fit_weighted_ensemble": False, "num_cpus": 1}
    job = {
        "version": 1, "predictor": "odd", "run": "odd", "type": "tabular",
        "framework_version": "1.6.3", "init_args": {"label": LABEL}, "fit_args": fit_args,
        "max_runtime_seconds": 3600,
        "data": {"train": "train.csv", "test": None, "tuning": None},
    }  # fmt: skip
    (channels / "config" / "job.json").write_text(json.dumps(job), encoding="utf-8")
    mounted = {f"SM_CHANNEL_{path.name.upper()}": str(path) for path in channels.iterdir()}
    if main([], {**os.environ, "SAGEMAKER_BASE_DIR": str(folder), **mounted}) != 0:
        raise RuntimeError((folder / "output" / "failure").read_text(encoding="utf-8"))
    return folder / "model"
