"""Bits of every recipe: the direct path beside AutoGluon on whole test files, and odd requests.

    PYTHONPATH=.:contracts:constructs:containers:lambda:client \\
      .venv-image-full/bin/python -m benchmarks.equality [--requests 50000] [RECIPE ...]

Every answer has to be AutoGluon's to the last bit: to the whole test file in one call, and to its
rows in calls of 1, 130 and 1,500, which take other ways through the code. The odd requests, shared
out among the recipes, are those of `odd_requests`. The outcome is written to
`benchmarks/results/equality.md`; an answer that differs is a row of its table and exit status 1.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable
from autogluon_jobs.tabular.direct.load import load_proved
from autogluon_jobs.tabular.engines.autogluon_engine import AutoGluonEngine
from benchmarks.machine import machine
from benchmarks.models import trained
from benchmarks.odd_requests import run
from benchmarks.recipes import Recipe, chosen
from benchmarks.results_files import RESULTS

CALL_ROWS = (1, 130, 1500)
_CALLS = 40
_ODD_ROWS = 500


@dataclass(frozen=True)
class Finding:
    """What came out for one recipe.

    `rows` are the test file's, `values` how many numbers and labels were compared in all calls,
    `differing` how many of them differ, `requests` the odd ones, each answered as it must be.
    """

    title: str
    models: int
    rows: int
    values: int
    differing: int
    requests: int


def compared(artifact: Path, data: bytes) -> tuple[int, int, int, int]:
    """Return models, rows, values compared and values that differ.

    Args:
        artifact: unpacked.
        data: a CSV of the features.
    """
    schema = FeatureSchema.load(artifact)
    direct = load_proved(artifact, schema, cores=2)
    autogluon = AutoGluonEngine.load(artifact, schema, cores=2)
    table = parse_csv(RowReader(schema), data).given
    pairs = [both(direct, autogluon, part) for part in calls(table)]
    return (
        len(direct.models),
        len(table),
        sum(map(size, (wanted for wanted, _ in pairs))),
        sum(differences(wanted, found) for wanted, found in pairs),
    )


def calls(table: FeatureTable) -> Iterator[FeatureTable]:
    """Return the rows that each call takes."""
    yield table
    for rows in CALL_ROWS:
        starts = np.linspace(0, max(0, len(table) - rows), _CALLS if rows == 1 else 3)
        for start in map(int, starts):
            yield table.part(start, min(start + rows, len(table)))


def both(direct: Engine, autogluon: Engine, part: FeatureTable) -> tuple[Predictions, Predictions]:
    """Return AutoGluon's answers, and those of the direct path."""
    return autogluon.predict(Request(part)), direct.predict(Request(part))


def size(answers: Predictions) -> int:
    """Return how many values there are."""
    return sum(map(len, answers.cells().values()))


def differences(wanted: Predictions, found: Predictions) -> int:
    """Return how many values do not have the same type and bits."""
    count = 0
    for name, values in wanted.cells().items():
        one, other = np.asarray(values), np.asarray(found.cells()[name])
        same = one.dtype == other.dtype and one.shape == other.shape
        count += int((bits(one) != bits(other)).sum()) if same else len(one)
    return count


def bits(values: Any) -> Any:
    """Return floats as integers, so that NaN equals itself and 0 differs from -0."""
    return values.view(f"i{values.dtype.itemsize}") if values.dtype.kind == "f" else values


def finding(recipe: Recipe, requests: int) -> Finding:
    """Compare one recipe, trained or found in the cache."""
    artifact = trained(recipe).ours
    frame = recipe.data.requests()
    counts = compared(artifact, frame.to_csv(index=False).encode())
    with (recipe.data.folder / "test.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for _, row in zip(range(_ODD_ROWS), csv.DictReader(file), strict=False)]
    if requests:
        run(artifact, rows, requests)
    return Finding(recipe.title, *counts, requests)


def page(findings: Sequence[Finding], recipes: Sequence[str] = ()) -> str:
    """Return the page in Markdown; `recipes` are those that were asked for, if not all."""
    odd = sum(item.requests for item in findings)
    differing = sum(item.differing for item in findings)
    lines = [
        "# Equality with AutoGluon",
        "",
        f"`{' '.join(['python -m benchmarks.equality --requests', str(odd), *recipes])}`",
        "compared the direct path with AutoGluon on whole test files, and on parts of them of",
        "1, 130 and 1,500 rows: labels, and scores to the last bit.",
        f"Values that differ: {differing:,}.",
        f"It also sent {odd:,} odd and malformed requests: no status 500, and no answer that",
        "differs from what the same cells get alone, as a JSON record.",
        "",
        "| recipe | models | rows of the test file | values compared | differing | odd requests |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {item.title} | {item.models} | {item.rows:,} | {item.values:,} "
            f"| {item.differing:,} | {item.requests:,} |"
            for item in findings
        ),
        "",
        f"Machine: {machine()}.",
    ]
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str]) -> int:
    """Compare the recipes and write the page; 1 where a value differs."""
    parser = argparse.ArgumentParser(prog="benchmarks.equality")
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("recipes", nargs="*")
    args = parser.parse_args(argv)
    recipes = [recipe for recipe in chosen(args.recipes, every=True) if recipe.served]
    found = []
    for at, recipe in enumerate(recipes):
        share = args.requests * (at + 1) // len(recipes) - args.requests * at // len(recipes)
        found.append(finding(recipe, share))
        print(found[-1], flush=True)
    (RESULTS / "equality.md").write_text(page(found, args.recipes), encoding="utf-8")
    return int(any(item.differing for item in found))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
