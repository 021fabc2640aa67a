"""A new user in an empty folder with their own CSV: predictions after the README's commands."""

from __future__ import annotations

import csv
import random
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from autogluon_client.environment.deployment import Deployment
from autogluon_contracts import names
from autogluon_demo.cdk import ROOT
from tests.e2e.cli_support import Shell, shell
from tests.e2e.page_run import run_page
from tests.e2e.support import Account
from tests.pages import first_block
from tests.waiting import until

# Not the environment of the other tests, whose settings the user's would replace.
ENVIRONMENT = "dev"
EVENING = "2026-11-30T17:00:00Z"
PAGE = "docs/how-to/schedules.md"
TRAIN_ROWS, NEW_ROWS = 1500, 100

# What the user reads after each of the commands, on stdout and stderr together.
SHOWN = {
    "init": [
        f"mine.csv: {TRAIN_ROWS:,} rows, 11 columns",
        "Price: regression",
        "house_id",
        "an id: each row has its own value",
        "Wrote 'mine' to config/dev.yaml. Next: agcdk deploy",
    ],
    "deploy": [
        f"autogluon-{ENVIRONMENT}-workflows: ",
        " resources",
        f"Deployed {ENVIRONMENT} in us-east-1; predictors: mine.",
        "Train a model: agcdk train mine FILE",
    ],
    "train": [
        "training",
        "trained, the last is ",
        "Approved. r2 0.",
        "The model is in service. Next: agcdk predict mine FILE",
    ],
    "predict": [
        f"{NEW_ROWS} of {NEW_ROWS} rows predicted",
        f"Wrote {NEW_ROWS} predictions to predictions.csv.",
    ],
}


@pytest.fixture
def terminal(account: Account, deployment: Deployment, tmp_path: Path) -> Iterator[Shell]:
    found = shell(account, tmp_path)
    found.environment["AUTOGLUON_ENVIRONMENT"] = ENVIRONMENT
    yield found
    if _stacks(account):  # the test did not come to its own
        found.run("destroy", "--yes")


@pytest.mark.parametrize(
    "with_schedules",
    [pytest.param(False, id="by the README"), pytest.param(True, marks=pytest.mark.long)],
)
def test_from_a_csv_file_to_predictions_and_back_to_nothing(
    account: Account, terminal: Shell, with_schedules: bool
) -> None:
    truth = _write_data(terminal.folder)
    commands = [
        shlex.split(line) for line in first_block("README.md", "With your own data").commands
    ]
    assert [(program, name) for program, name, *_ in commands] == [
        ("agcdk", name) for name in SHOWN
    ]
    for _, *words in commands:
        _succeed(terminal, words, SHOWN[words[0]])

    with (terminal.folder / "predictions.csv").open(newline="") as file:
        predictions = [float(row["Price"]) for row in csv.DictReader(file)]
    assert len(predictions) == NEW_ROWS
    assert _r2(truth, predictions) > 0.4

    if with_schedules:
        _require_a_scheduled_batch(account, terminal)
        _require_a_scheduled_end(account, terminal)

    _succeed(terminal, ["destroy", "--yes"], [])
    assert _stacks(account) == []
    assert terminal.run("runs").code == 3


def _require_a_scheduled_batch(account: Account, terminal: Shell) -> None:
    """Follow the page on schedules; the one with a rate starts its first batch at once."""
    deployment = Deployment.load(account.session, ENVIRONMENT)
    for day in (datetime.now(UTC), datetime.now(UTC) + timedelta(days=1)):  # close to midnight
        account.client("s3").upload_file(
            str(terminal.folder / "new.csv"), deployment.data_bucket, f"new/{day:%Y-%m-%d}/new.csv"
        )
    settings = terminal.folder / "config" / f"{ENVIRONMENT}.yaml"
    declared = yaml.safe_load(settings.read_text())
    mine = declared["predictors"]["mine"]
    mine["schedules"] = _declared("Run on a schedule")["schedules"]
    mine["endpoint"]["hours"] = _declared("Office hours")["endpoint"]["hours"]
    settings.write_text(yaml.safe_dump(declared))

    run_page(PAGE, terminal.folder, terminal.environment)

    listed = terminal.json("schedules", "mine")["schedules"]
    assert {entry["schedule"]: entry["workflow"] for entry in listed} == {
        "daily": "batch_predict",
        "hours-off": "promote",
        "hours-on": "promote",
        "retrain": "train",
    }
    started = until(lambda: terminal.json("runs", "mine", "--kind", "batch")["runs"], 60, "a batch")
    [run] = [found["name"] for found in started]
    assert re.fullmatch(r"daily-\d{8}-\d{4}-mine", run)
    answer = until(lambda: _ended(terminal, run), 120, "the batch has ended")
    assert answer["error"] is None, answer
    assert answer["output"]["rows"] == NEW_ROWS


def _declared(heading: str) -> dict[str, Any]:
    """Return the predictor's settings that the page shows below a heading."""
    declared = yaml.safe_load(first_block(PAGE, heading).text)
    mine: dict[str, Any] = declared["predictors"]["mine"]
    return mine


def _require_a_scheduled_end(account: Account, terminal: Shell) -> None:
    """Deliver the evening's schedule, twice as Scheduler may: the endpoint is gone."""
    schedule = account.client("scheduler").get_schedule(
        GroupName=names.schedule_group(ENVIRONMENT), Name=names.schedule("mine", names.HOURS_OFF)
    )
    due = schedule["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", EVENING)
    for _ in range(2):
        answer = account.client("lambda").invoke(
            FunctionName=schedule["Target"]["Arn"], Payload=due.encode()
        )
        assert "FunctionError" not in answer
    [run] = terminal.json("runs", "mine", "--kind", "promote")["runs"]
    assert run["name"] == "hours-off-20261130-1700-mine"
    until(lambda: _ended(terminal, run["name"]), 120, "the endpoint is off")
    [endpoint] = terminal.json("endpoints")["endpoints"]
    assert endpoint["status"] == "off"


def _ended(terminal: Shell, run: str) -> dict[str, Any] | None:
    found: dict[str, Any] = terminal.json("show", run)
    return None if found["ended"] is None else found


def _stacks(account: Account) -> list[str]:
    """Return the names of the environment's stacks."""
    stacks = account.client("cloudformation").describe_stacks()["Stacks"]
    names = [stack["StackName"] for stack in stacks]
    return [name for name in names if name.startswith(f"autogluon-{ENVIRONMENT}-")]


def _write_data(folder: Path) -> list[float]:
    """mine.csv with an id, new.csv without the label; returns new.csv's labels."""
    with (ROOT / "examples" / "housing" / "train.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    random.Random(7).shuffle(rows)
    for number, row in enumerate(rows):
        row["house_id"] = f"H{number:06}"
    _write(folder / "mine.csv", rows[:TRAIN_ROWS])
    new = rows[TRAIN_ROWS : TRAIN_ROWS + NEW_ROWS]
    truth = [float(row.pop("Price")) for row in new]
    _write(folder / "new.csv", new)
    return truth


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _succeed(terminal: Shell, words: list[str], shown: list[str]) -> None:
    answer = terminal.run(*words)
    transcript = answer.stdout + answer.stderr
    assert answer.code == 0, (words, transcript)
    assert "Traceback" not in transcript
    assert [part for part in shown if part not in transcript] == [], transcript


def _r2(truth: list[float], predictions: list[float]) -> float:
    mean = sum(truth) / len(truth)
    residual = sum((a - b) ** 2 for a, b in zip(truth, predictions, strict=True))
    return 1 - residual / sum((a - mean) ** 2 for a in truth)
