"""`agcdk schedules` lists what is deployed."""

from __future__ import annotations

import json

from autogluon_cli.framework.errors import ExitCode
from autogluon_contracts.documents.scheduled_run import ScheduledRun, ScheduledWorkflow
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import MACHINES, SPEC_PARAMETER, spec
from tests.unit.cli.terminal import Terminal


def _run(name: str, workflow: ScheduledWorkflow) -> ScheduledRun:
    return ScheduledRun(
        predictor="income",
        schedule=name,
        workflow=workflow,
        state_machine_arn=MACHINES[workflow],
        scheduled_time="<aws.scheduler.scheduled-time>",
        timezone="Europe/Berlin",
        days_back=0,
        input={"data": "s3://lake/{date}/"},
    )


def test_schedules_are_listed_with_what_they_start(terminal: Terminal, aws: FakeAws) -> None:
    aws.scheduler.add(_run("retrain", "train"), "cron(0 3 ? * SUN *)")
    aws.scheduler.add(_run("daily", "batch_predict"), "rate(1 day)", "DISABLED")

    first, second = terminal.json("schedules")["schedules"]

    assert first == {
        "schedule": "daily",
        "predictor": "income",
        "workflow": "batch_predict",
        "expression": "rate(1 day)",
        "timezone": "Europe/Berlin",
        "enabled": False,
        "input": {"data": "s3://lake/{date}/"},
    }
    assert (second["schedule"], second["enabled"]) == ("retrain", True)
    _, out, _ = terminal.run("schedules", "income")
    assert "paused" in out
    assert "cron(0 3 ? * SUN *)" in out


def test_batches_of_new_objects_are_listed_with_where_they_are(
    terminal: Terminal, aws: FakeAws
) -> None:
    rules = {
        "incoming": {"location": "s3://{data_bucket}/incoming/", "suffix": ".csv", "input": {}},
        "from-lake": {
            "location": "s3://lake/new/",
            "input": {"output": "labels"},
            "enabled": False,
        },
    }
    aws.ssm.values[SPEC_PARAMETER] = json.dumps(spec(on_new_objects=rules))

    first, second = terminal.json("schedules", "income")["new_objects"]

    assert first == {
        "name": "from-lake",
        "predictor": "income",
        "location": "s3://lake/new/",
        "suffix": None,
        "enabled": False,
        "input": {"output": "labels"},
    }
    assert (second["location"], second["suffix"]) == ("s3://data/incoming/", ".csv")
    _, out, _ = terminal.run("schedules")
    assert "s3://data/incoming/" in out
    assert "paused" in out


def test_without_schedules_it_says_how_to_add_one(terminal: Terminal) -> None:
    listed = terminal.json("schedules")
    assert (listed["schedules"], listed["new_objects"]) == ([], [])
    said = terminal.run("schedules")[1]
    assert "Add `schedules`" in said
    assert "Add `on_new_objects`" in said


def test_an_unknown_predictor_is_refused(terminal: Terminal) -> None:
    assert terminal.run("schedules", "incme")[0] == ExitCode.NOT_FOUND
