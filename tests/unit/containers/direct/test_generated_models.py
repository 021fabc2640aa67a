"""Portable scorers of generated models answer with AutoGluon's bits, in an empty environment.

Each generated data set has columns of random kinds, and all portable families are trained on it.
"""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.data.portable_wheel import write_portable_wheel
from autogluon_contracts.models.portable_models import SCORER_MODULE
from autogluon_jobs.jobs.artifact_code import write_code
from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature
from tests.unit.containers.direct.conftest import Trained, fitted
from tests.unit.containers.direct.empty_environment import BEGIN

SOME = range(1)
MANY = range(1, 35)
PROBLEMS = ("binary", "multiclass", "regression", "quantile")
WORDS = ("late", "good", "slow", "parcel", "again", "never", "fine", "blue")

# Each model's answers to all rows at once, and to the first of them alone.
SCORE = (
    BEGIN
    + """
scorer = importlib.import_module(sys.argv[2]).load()
rows = json.load(sys.stdin)
answers = {}
for name in scorer._engine.models:
    scorer._engine._best = name
    answers[name] = scorer.rows(rows) + scorer.rows(rows[:1])
print(json.dumps(answers))
"""
)

Cell = Callable[[random.Random], object]


def missing(cell: Cell, share: float) -> Cell:
    return lambda dice: "" if dice.random() < share else cell(dice)


def column(dice: random.Random) -> Cell:
    """A column of a random kind; some have missing cells."""
    levels = [f"v{at}" for at in range(dice.choice((2, 3, 12, 40)))]
    largest = dice.choice((3, 50, 10**6))
    kinds: list[Cell] = [
        lambda dice: dice.randint(-largest, largest),
        lambda dice: round(dice.gauss(0, 1), dice.randint(1, 9)),
        lambda dice: round(10 ** dice.uniform(-6, 9), 3),
        lambda dice: dice.choice(levels),
        lambda dice: min(levels, key=lambda _: dice.random() ** 4),
        lambda dice: dice.choice(("true", "false")),
        lambda dice: f"20{dice.randint(10, 24)}-0{dice.randint(1, 9)}-{dice.randint(10, 28)}",
        lambda dice: " ".join(dice.choices(WORDS, k=dice.randint(1, 6))),
    ]
    cell = dice.choice(kinds)
    return missing(cell, dice.choice((0.02, 0.3))) if dice.random() < 0.5 else cell


def data_set(seed: int) -> tuple[str, str, str]:
    """CSV of training and of further rows, and the problem type."""
    dice = random.Random(seed)
    problem = PROBLEMS[seed % len(PROBLEMS)]
    columns = [column(dice) for _ in range(dice.randint(2, 9))]
    # One at least that every family takes, and that the label depends on.
    columns.append(lambda dice: round(dice.gauss(0, 1), 4))

    def row() -> list[object]:
        cells = [cell(dice) for cell in columns]
        score = float(str(cells[-1])) + dice.gauss(0, 0.3) + len(str(cells[0])) / 4
        label = {"binary": "yes" if score > 0.7 else "no", "multiclass": f"c{int(score) % 3}"}
        return [*cells, label.get(problem, round(score, 3))]

    def text(rows: int) -> str:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow([*(f"x{at}" for at in range(len(columns))), "y"])
        writer.writerows(row() for _ in range(rows))
        return buffer.getvalue()

    return text(dice.randint(150, 400)), text(60), problem


def models(seed: int, problem: str) -> dict[str, Any]:
    """The families that are portable, with settings of a random size."""
    dice = random.Random(seed)
    forest = {"n_estimators": dice.randint(3, 12), "max_leaf_nodes": dice.choice((8, 60, 200))}
    leaves = dice.choice((4, 31, 90))
    boosters: dict[str, Any] = {
        "GBM": {"num_boost_round": dice.randint(3, 20), "num_leaves": leaves},
        "CAT": {"iterations": dice.randint(3, 15)},
    }
    if problem == "quantile":
        return boosters
    return boosters | {
        "XGB": {"n_estimators": dice.randint(3, 10)}, "RF": forest, "XT": forest,
        "LR": {"max_iter": 30}, "KNN": {},
    }  # fmt: skip


def trained_on(seed: int, folder: Path) -> tuple[Trained, list[list[Any]]]:
    """The models of a data set, and odd rows for them."""
    train, more, problem = data_set(seed)
    init_args: dict[str, Any] = {"label": "y", "problem_type": problem}
    if problem == "quantile":
        init_args["quantile_levels"] = [0.1, 0.5, 0.9]
    trained = fitted(folder, train, init_args, hyperparameters=models(seed, problem))
    write_code(trained.artifact, "tabular", SCORER_MODULE)
    _, *lines = csv.reader(more.splitlines())
    dice = random.Random(seed)
    return trained, [
        [odd(item, cell, dice) for item, cell in zip(trained.schema.features, line, strict=False)]
        for line in lines
    ]


def odd(feature: Feature, cell: str, dice: random.Random) -> Any:
    """The cell's JSON value, or now and then another that the feature may have."""
    if feature.nullable and (not cell or dice.random() < 0.2):
        return None
    values: list[Any] = [cell]
    if feature.kind == "int":
        values = [int(cell)] if feature.allowed else [int(cell), 0, -1, 2**53 + 1, 2**63 - 1]
    elif feature.kind == "float":
        values = [float(cell), -0.0, 1e38, -1e-300, 16777217.0]
    elif feature.kind == "bool":
        values = [cell == "true"]
    elif feature.kind == "category" and not feature.allowed:
        values = [cell, "never seen", "\u00fcnseen"]
    elif feature.kind == "text":
        values = [cell, "good never before", "x"]
    return dice.choice([values[0], values[0], *values])


def by_the_wheel(trained: Trained, rows: list[list[Any]], folder: Path) -> dict[str, Any]:
    wheel = write_portable_wheel(trained.artifact, "generated", folder)
    with zipfile.ZipFile(wheel.path) as archive:
        archive.extractall(folder)
    done = subprocess.run(
        [sys.executable, "-I", "-c", SCORE, str(folder), wheel.package],
        input=json.dumps(rows), capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def by_autogluon(trained: Trained, rows: list[list[Any]], model: str) -> list[dict[str, Any]]:
    request = Request(table_of_lists(RowReader(trained.schema), rows), options={"model": model})
    cells = trained.autogluon.predict(request).cells()
    columns = [values if isinstance(values, list) else values.tolist() for values in cells.values()]
    return [dict(zip(cells, line, strict=True)) for line in zip(*columns, strict=True)]


def require_equal_bits(seed: int, folder: Path) -> int:
    """Return how many models a data set has; all of them answer as AutoGluon does."""
    trained, rows = trained_on(seed, folder / "model")
    answers = by_the_wheel(trained, rows, folder / "wheel")
    for model, found in answers.items():
        wanted = by_autogluon(trained, rows, model) + by_autogluon(trained, rows[:1], model)
        assert found == wanted, f"{model} of the data set {seed}"
    return len(answers)


@pytest.mark.parametrize("seed", SOME)
def test_wheels_of_a_generated_data_set_answer_with_autogluons_bits(
    seed: int, tmp_path: Path
) -> None:
    assert require_equal_bits(seed, tmp_path) > len(PROBLEMS)


@pytest.mark.long
def test_wheels_of_200_generated_models_answer_with_autogluons_bits(tmp_path: Path) -> None:
    count = sum(require_equal_bits(seed, tmp_path / str(seed)) for seed in MANY)
    assert count >= 200, count
