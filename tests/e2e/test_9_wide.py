"""A table of 5,000 columns, from `agcdk init` to the report: nothing grows faster than the fit."""

from __future__ import annotations

import csv
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autogluon_client.environment.deployment import Deployment
from tests.e2e.cli_support import Shell, shell
from tests.e2e.support import Account, read_object

ENVIRONMENT = "wide"
COLUMNS, ROWS, NEW_ROWS = 5_000, 400, 40
FIT = "hyperparameters={GBM: {num_boost_round: 50}, XT: {n_estimators: 50}}"


@pytest.fixture
def terminal(account: Account, deployment: Deployment, tmp_path: Path) -> Iterator[Shell]:
    found = shell(account, tmp_path)
    found.environment["AUTOGLUON_ENVIRONMENT"] = ENVIRONMENT
    yield found
    found.run("destroy", "--yes")


@pytest.mark.long
def test_five_thousand_columns_go_from_a_file_to_predictions(
    account: Account, terminal: Shell
) -> None:
    _write_data(terminal.folder)
    seconds: dict[str, float] = {}

    def run(*words: str) -> str:
        began = time.monotonic()
        answer = terminal.run(*words)
        seconds[words[0]] = time.monotonic() - began
        print(f"{words[0]:10} {seconds[words[0]]:6.1f} s")
        assert answer.code == 0, answer.stdout + answer.stderr
        return answer.stdout

    told = run("init", "wide.csv", "--label", "y", "--time-limit", "600", "--yes")
    assert len(told.splitlines()) < 100, "nobody reads 5,000 columns"
    run("validate")
    run("deploy", "--bootstrap")
    run("train", "wide", "wide.csv", "--name", "wide", "--fit", FIT)
    run("predict", "wide", "new.csv", "--output", "predictions.csv")
    run("batch", "wide", "new.csv", "--name", "wide-batch", "--download", "results")
    run("report", "wide", "--no-open", "--output", "report.html")
    run("schema", "wide", "--print", "example")

    served = _answers(terminal.folder / "predictions.csv")
    (result,) = (terminal.folder / "results").glob("*.csv")
    assert served == _answers(result)
    assert len(served) == NEW_ROWS
    metrics = json.loads(read_object(account, _metrics_of(terminal)))
    print(f"of train, fit {metrics['fit_seconds']:.1f} s")
    report = (terminal.folder / "report.html").read_text(encoding="utf-8")
    assert len(report) < 5_000_000, "it names the columns that matter, not all"
    assert re.search(r"5,000|5000", report)


def _metrics_of(terminal: Shell) -> str:
    output = terminal.json("show", "wide")["output"]
    return str(output["metrics_uri"])


def _answers(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _write_data(folder: Path) -> None:
    """wide.csv, of which ten columns tell `y`, and new.csv without `y`."""
    random = np.random.default_rng(5)
    numbers = random.normal(size=(ROWS + NEW_ROWS, COLUMNS)).round(4)
    label = (numbers[:, :10].sum(axis=1) > 0).astype(int)
    names = [f"gene_{number:04}" for number in range(COLUMNS)]
    for name, rows, head in (
        ("wide.csv", slice(0, ROWS), [*names, "y"]),
        ("new.csv", slice(ROWS, None), names),
    ):
        with (folder / name).open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            for cells, answer in zip(numbers[rows].tolist(), label[rows].tolist(), strict=True):
                writer.writerow([*cells, answer] if "y" in head else cells)
