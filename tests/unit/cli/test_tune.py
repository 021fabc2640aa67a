"""Tuning from the command line: what is started, and what is shown of the trials."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autogluon_contracts.names import tuning_job_name
from autogluon_contracts.shown.short_paths import short_paths
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import GROUP_ARN, SPEC_PARAMETER, spec
from tests.unit.cli.terminal import Terminal

RATE = "fit_args.hyperparameters.GBM.learning_rate"
TUNING = {"ranges": {RATE: {"type": "continuous", "min": 0.01, "max": 0.3}}, "max_jobs": 4}
TABLE = f"""trial,status,objective,started,ended,seconds,failure,{RATE}
one,Completed,0.91,2026-11-20T10:00:00+00:00,2026-11-20T10:01:00+00:00,60.0,,0.1
two,Failed,,2026-11-20T10:00:00+00:00,,,No rows.,0.2
"""


@pytest.fixture
def tunable(aws: FakeAws) -> FakeAws:
    aws.ssm.values[SPEC_PARAMETER] = spec(tuning=TUNING)
    return aws


@pytest.fixture
def tuned(aws: FakeAws) -> str:
    """A tuning run with two trials, whose tuning job's name is returned."""
    output = {"model_package_arn": f"{GROUP_ARN}/2", "tuning": {"trials": 2}}
    arn = aws.states.add_run("tune", "search", output=json.dumps(output))
    job = tuning_job_name("income", arn)
    aws.s3.objects[f"s3://artifacts/income/runs/{job}/report/trials.csv"] = TABLE.encode()
    for number in ("001-a", "002-b"):
        aws.sagemaker.jobs[f"{job}-{number}"] = {
            "TrainingJobName": f"{job}-{number}",
            "TrainingJobStatus": "Completed",
            "BillableTimeInSeconds": 60,
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        }
        aws.s3.objects[f"s3://artifacts/income/runs/{job}-{number}/output/model.tar.gz"] = b""
    return job


def test_the_input_is_that_of_train_and_how_far_the_search_goes(
    terminal: Terminal, tunable: FakeAws
) -> None:
    options = ["--max-jobs", "2", "--fit", "time_limit=5", "--warm-start", "monday", "--no-wait"]
    started = terminal.json("tune", "income", "s3://data/t.csv", *options)
    assert started["name"].startswith("tune-")
    assert tunable.states.only_input("tune") == {
        "predictor": "income",
        "train_data": "s3://data/t.csv",
        "fit_args": {"time_limit": 5},
        "max_jobs": 2,
        "warm_start": ["monday"],
        "promote": True,
    }


def test_a_predictor_without_ranges_is_refused_at_once(terminal: Terminal, aws: FakeAws) -> None:
    code, _, err = terminal.run("tune", "income", "s3://data/t.csv")
    assert code == 3
    assert "Predictor 'income' has no tuning in its deployed settings." in err
    assert aws.states.executions == {}


def test_trials_are_listed_one_row_each(terminal: Terminal, tuned: str) -> None:
    code, out, _ = terminal.run("trials", "search")
    assert code == 0
    assert "learning_rate" in out
    assert RATE not in out
    rows: list[dict[str, Any]] = terminal.json("trials", "search")["trials"]
    assert [(row["trial"], row["objective"], row[RATE]) for row in rows] == [
        ("one", 0.91, 0.1),
        ("two", None, 0.2),
    ]


def test_trials_are_written_as_csv(terminal: Terminal, tuned: str) -> None:
    code, out, _ = terminal.run("trials", "search", "-o", "trials.csv")
    assert (code, out) == (0, "Wrote trials.csv (2 trials).\n")
    assert Path("trials.csv").read_text() == TABLE


def test_a_run_without_a_table_says_its_status(terminal: Terminal, aws: FakeAws) -> None:
    aws.states.add_run("tune", "now", status="RUNNING")
    code, _, err = terminal.run("trials", "now")
    assert (code, "its status is InProgress" in err) == (3, True)


def test_the_jobs_of_a_tuning_run_are_its_trials(terminal: Terminal, tuned: str) -> None:
    shown = terminal.json("show", "search")
    assert set(shown["jobs"]) == {f"{tuned}-001-a", f"{tuned}-002-b"}
    assert shown["job_name"] == tuned
    [found] = terminal.json("runs", "--kind", "tune")["runs"]
    assert found["name"] == "search"


def test_a_tuning_run_goes_with_all_its_trials(
    terminal: Terminal, aws: FakeAws, tuned: str
) -> None:
    (deleted,) = terminal.json("delete", "income", "--run", "search", "--yes")["deleted"]
    assert deleted["objects"] == 3
    assert aws.s3.objects == {}


def test_tuned_arguments_of_one_name_are_told_apart() -> None:
    paths = [f"fit_args.hyperparameters.{name}.learning_rate" for name in ("GBM", "XGB")]
    assert short_paths(["trial", *paths]) == ["trial", "GBM.learning_rate", "XGB.learning_rate"]
