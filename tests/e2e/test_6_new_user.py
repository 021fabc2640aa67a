"""A new user in an empty folder with their own CSV: predictions after four commands."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from autogluon_client.deployment import Deployment
from autogluon_demo.cdk import ROOT
from tests.e2e.cli_support import Answer, Shell, shell
from tests.e2e.support import Account

ENVIRONMENT = "dev"
TRAIN_ROWS, NEW_ROWS = 1500, 100


@pytest.fixture
def terminal(account: Account, deployment: Deployment, tmp_path: Path) -> Iterator[Shell]:
    found = shell(account, tmp_path)
    yield found
    found.run("destroy", "--yes", "-e", ENVIRONMENT)


def test_from_a_csv_file_to_predictions_and_back_to_nothing(
    account: Account, terminal: Shell
) -> None:
    truth = _write_data(terminal.folder)
    commands = [
        ["init", "houses.csv", "--label", "Price", "--time-limit", "30", "-e", ENVIRONMENT],
        ["deploy", "--bootstrap", "-e", ENVIRONMENT],
        ["train", "houses", "houses.csv", "-e", ENVIRONMENT],
        ["predict", "houses", "new.csv", "-o", "predictions.csv", "-e", ENVIRONMENT],
    ]
    transcript = [_succeed(terminal, command) for command in commands]
    assert "'house_id'" not in transcript[0].stdout  # it is told in a table, and left out
    assert "house_id" in transcript[0].stdout
    assert "resources" in transcript[1].stderr
    assert "Approved" in transcript[2].stdout

    with (terminal.folder / "predictions.csv").open(newline="") as file:
        predictions = [float(row["Price"]) for row in csv.DictReader(file)]
    assert len(predictions) == NEW_ROWS
    assert _r2(truth, predictions) > 0.4

    _succeed(terminal, ["destroy", "--yes", "-e", ENVIRONMENT])
    stacks = account.client("cloudformation").describe_stacks()["Stacks"]
    prefix = f"autogluon-{ENVIRONMENT}-"
    assert not [stack for stack in stacks if stack["StackName"].startswith(prefix)]
    assert terminal.run("runs", "-e", ENVIRONMENT).code == 3


def _write_data(folder: Path) -> list[float]:
    """houses.csv with an id, new.csv without the label; returns new.csv's labels."""
    with (ROOT / "examples" / "housing" / "train.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    random.Random(7).shuffle(rows)
    for number, row in enumerate(rows):
        row["house_id"] = f"H{number:06}"
    _write(folder / "houses.csv", rows[:TRAIN_ROWS])
    new = rows[TRAIN_ROWS : TRAIN_ROWS + NEW_ROWS]
    truth = [float(row.pop("Price")) for row in new]
    _write(folder / "new.csv", new)
    return truth


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _succeed(terminal: Shell, command: list[str]) -> Answer:
    answer = terminal.run(*command)
    assert answer.code == 0, (command, answer.stdout, answer.stderr)
    return answer


def _r2(truth: list[float], predictions: list[float]) -> float:
    mean = sum(truth) / len(truth)
    residual = sum((a - b) ** 2 for a, b in zip(truth, predictions, strict=True))
    return 1 - residual / sum((a - mean) ** 2 for a in truth)
