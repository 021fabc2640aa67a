"""What people ask for and are told of runs on spot instances and of runs that continue others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_cli.terminal.billed_time import billed_time
from autogluon_contracts.names import job_name
from tests.fakes.account import FakeAws
from tests.unit.cli.terminal import Terminal

SPOT = {"spot": True, "training_seconds": 500, "billable_seconds": 100}


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (SPOT, "100 s of 8 min, 80 % saved by spot instances"),
        ({**SPOT, "spot": False, "billable_seconds": 500}, "8 min"),
        ({}, None),
        ({"spot": True, "training_seconds": None, "billable_seconds": None}, None),
    ],
)
def test_billed_time_says_what_spot_instances_save(output: dict[str, Any], text: str) -> None:
    assert billed_time(output) == text


def test_a_run_on_demand_continues_another_one(terminal: Terminal, aws: FakeAws) -> None:
    options = ["--continue", "stopped", "--on-demand", "--no-wait"]
    terminal.json("train", "income", "s3://data/t.csv", *options)
    assert aws.states.only_input("train") == {
        "predictor": "income",
        "train_data": "s3://data/t.csv",
        "on_demand": True,
        "continue_run": "stopped",
        "promote": True,
    }


def _job(name: str, status: str, secondary: str, *steps: str, spot: bool = True) -> dict[str, Any]:
    return {
        "TrainingJobName": name,
        "TrainingJobStatus": status,
        "SecondaryStatus": secondary,
        "EnableManagedSpotTraining": spot,
        "TrainingStartTime": 1,
        "TrainingTimeInSeconds": 500,
        "BillableTimeInSeconds": 100,
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        "SecondaryStatusTransitions": [{"Status": step} for step in steps],
    }


def test_show_counts_interruptions_and_tells_the_savings(terminal: Terminal, aws: FakeAws) -> None:
    arn = aws.states.add_run("train", "cheap", output=json.dumps({**SPOT, "metrics": {}}))
    name = job_name("income", arn)
    aws.sagemaker.jobs[name] = _job(name, "Completed", "Completed", "Interrupted", "Interrupted")

    _, out, _ = terminal.run("show", "cheap")

    assert "(1 x ml.m5.large, spot, interrupted 2 times)" in out
    assert "80 % saved by spot instances" in out
    assert "training seconds" not in out
    job = terminal.json("show", "cheap")["job"]
    assert (job["spot"], job["interruptions"], job["billable_seconds"]) == (True, 2, 100)


def test_a_job_that_waited_too_long_for_spot_instances_has_a_successor(
    terminal: Terminal, aws: FakeAws
) -> None:
    arn = aws.states.add_run("train", "late", status="RUNNING")
    first, second = (job_name("income", arn, attempt=number) for number in (1, 2))
    aws.sagemaker.jobs[first] = _job(first, "Stopped", "MaxWaitTimeExceeded")
    aws.sagemaker.jobs[second] = _job(second, "InProgress", "Training", spot=False)

    assert [*terminal.json("show", "late")["jobs"]] == [first, second]
