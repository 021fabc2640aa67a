"""Starting batches: every option of the state machine has its own on the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_contracts.names import job_name
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import MACHINES
from tests.unit.cli.terminal import Terminal

DATA = "s3://data/income/test.csv"


def _started(terminal: Terminal, aws: FakeAws, *options: str) -> dict[str, Any]:
    started = terminal.json("batch", "income", DATA, "--no-wait", "--name", "now", *options)
    arguments: dict[str, Any] = json.loads(aws.states.executions[started["execution_arn"]]["input"])
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
        (["--output-path", "s3://scores/a/"], {"output_path": "s3://scores/a/"}),
        (["--contributions"], {"contributions": True}),
        (
            ["--contributions", "--artifact-model", "LightGBM"],
            {"contributions": True, "artifact_model": "LightGBM"},
        ),
        (["--split-type", "None"], {"split_type": "None"}),
        (
            ["--split-type", "Line", "--strategy", "SingleRecord"],
            {"split_type": "Line", "strategy": "SingleRecord"},
        ),
        (
            ["--max-payload-mb", "20", "--max-concurrent-transforms", "5"],
            {"max_payload_mb": 20, "max_concurrent_transforms": 5},
        ),
        (
            ["--timeout-seconds", "90", "--max-retries", "0"],
            {"timeout_seconds": 90, "max_retries": 0},
        ),
        (
            ["--transform-ami-version", "al2-ami-sagemaker-batch-gpu-470"],
            {"transform_ami_version": "al2-ami-sagemaker-batch-gpu-470"},
        ),
    ],
)
def test_options_become_the_executions_input(
    terminal: Terminal, aws: FakeAws, options: list[str], arguments: dict[str, Any]
) -> None:
    assert _started(terminal, aws, *options) == arguments


def test_a_batch_is_resumed_by_its_runs_name(terminal: Terminal, aws: FakeAws) -> None:
    arn = aws.states.add_run("batch_predict", "sunday", status="FAILED", error="E", cause="c")
    job = _started(terminal, aws, "--resume", "sunday")["resume"]
    assert job.startswith("income-sunday-")
    assert MACHINES["batch_predict"].rpartition(":")[2] in arn
    aws.states.add_run(
        "batch_predict", "monday", status="FAILED", error="E", cause="c",
        input=json.dumps({"predictor": "income", "resume": job}),
    )  # fmt: skip
    del aws.states.executions[arn]
    assert _started(terminal, aws, "--resume", "monday")["resume"] == job


def test_a_batch_that_never_was_cannot_be_resumed(terminal: Terminal) -> None:
    code, _, err = terminal.run("batch", "income", DATA, "--resume", "never")
    assert code == 3
    assert "Run 'never' not found" in err


@pytest.mark.parametrize("state", ["TransformData", "ProcessData", "ProcessGroups"])
def test_rows_are_counted_while_they_are_predicted(
    terminal: Terminal, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    aws.states.history = [{"id": 1, "stateEnteredEventDetails": {"name": state}}]

    def wait(_: float) -> None:
        if aws.logs.events:
            output = {"rows": 1200, "engine": "e", "engine_reason": "r", "results": ["s3://r"]}
            aws.states.finish("batch_predict", {**output, "model_package_arn": "m"})
        (arn,) = aws.states.executions
        line = {"timestamp": 1, "message": "AGROWS rows=1200"}
        aws.logs.events = [{**line, "logStreamName": f"{job_name('income', arn)}/algo-1"}]

    monkeypatch.setattr("autogluon_client.executions.executions.time.sleep", wait)
    code, _, err = terminal.run("batch", "income", DATA, "--name", "now")
    assert code == 0, err
    assert err.splitlines() == [
        "  now: starting",
        "  now: predicting",
        "  now: predicting, 1,200 rows predicted",
    ]
