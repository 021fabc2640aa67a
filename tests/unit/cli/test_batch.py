"""Starting batches: every option of the state machine has its own on the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autogluon_contracts.names import job_name
from tests.unit.cli.fakes import MACHINES, FakeAws, Terminal

DATA = "s3://data/income/test.csv"


def _started(terminal: Terminal, aws: FakeAws, *options: str) -> dict[str, Any]:
    started = terminal.json("batch", "income", DATA, "--no-wait", "--name", "now", *options)
    arguments: dict[str, Any] = json.loads(aws.executions[started["execution_arn"]]["input"])
    assert (arguments.pop("predictor"), arguments.pop("data")) == ("income", DATA)
    return arguments


def test_what_is_not_given_is_left_to_the_settings(terminal: Terminal, aws: FakeAws) -> None:
    assert _started(terminal, aws) == {}


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        (["--engine", "bulk"], {"engine": "bulk"}),
        (["--output-format", "parquet"], {"output_format": "parquet"}),
        (
            ["--include-column", "age", "--include-column", "sex"],
            {"include_columns": ["age", "sex"]},
        ),
        (["--id-column", "id"], {"id_column": "id"}),
        (["--id-column", "0"], {"id_column": "0"}),
        (["--id-column", "0", "--header", "false"], {"id_column": 0, "header": False}),
        (["--model", "3", "--output", "labels"], {"model": 3, "output": "labels"}),
        (["--instance-count", "2"], {"instance_count": 2}),
        (["--max-files-per-job", "50"], {"max_files_per_job": 50}),
    ],
)
def test_options_become_the_executions_input(
    terminal: Terminal, aws: FakeAws, options: list[str], arguments: dict[str, Any]
) -> None:
    assert _started(terminal, aws, *options) == arguments


def test_a_batch_is_resumed_by_its_runs_name(terminal: Terminal, aws: FakeAws) -> None:
    arn = aws.add_run("batch_predict", "sunday", status="FAILED", error="E", cause="c")
    job = _started(terminal, aws, "--resume", "sunday")["resume"]
    assert job.startswith("income-sunday-")
    assert MACHINES["batch_predict"].rpartition(":")[2] in arn
    aws.add_run(
        "batch_predict", "monday", status="FAILED", error="E", cause="c",
        input=json.dumps({"predictor": "income", "resume": job}),
    )  # fmt: skip
    del aws.executions[arn]
    assert _started(terminal, aws, "--resume", "monday")["resume"] == job


def test_a_batch_that_never_was_cannot_be_resumed(terminal: Terminal) -> None:
    code, _, err = terminal.run("batch", "income", DATA, "--resume", "never")
    assert code == 3
    assert "Run 'never' not found" in err


@dataclass
class _Predicting(FakeAws):
    """Its batches are in one state until two waits have passed."""

    state: str = "TransformData"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.exceptions = SimpleNamespace(ResourceNotFoundException=KeyError)
        self.waits = 0

    def get_paginator(self, operation: str) -> Any:
        entered = {"id": 1, "stateEnteredEventDetails": {"name": self.state}}
        line = {"eventId": "1", "timestamp": 1, "message": "AGROWS rows=1200"}
        (arn,) = self.executions
        stream = f"{job_name('income', arn)}/algo-1"
        pages = {
            "get_execution_history": {"events": [entered]},
            "filter_log_events": {
                "events": [{**line, "logStreamName": stream}] if self.waits else []
            },
        }
        return SimpleNamespace(paginate=lambda **_: [pages[operation]])

    def wait(self, _: float) -> None:
        self.waits += 1
        if self.waits == 2:
            (execution,) = self.executions.values()
            output = {"rows": 1200, "engine": "e", "engine_reason": "r", "results": ["s3://r"]}
            output["model_package_arn"] = "m"
            execution |= {"status": "SUCCEEDED", "output": json.dumps(output)}


@pytest.mark.parametrize("state", ["TransformData", "ProcessData", "ProcessGroups"])
def test_rows_are_counted_while_they_are_predicted(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    aws = _Predicting(state=state)
    monkeypatch.setattr("autogluon_client.executions.executions.time.sleep", aws.wait)
    code, _, err = Terminal(aws, capsys).run("batch", "income", DATA, "--name", "now")
    assert code == 0, err
    assert err.splitlines() == [
        "  now: starting",
        "  now: predicting",
        "  now: predicting, 1,200 rows predicted",
    ]
