"""List what starts runs by itself in an environment: `agcdk schedules`."""

from __future__ import annotations

import json
from typing import Any

import click

from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json, print_table
from autogluon_contracts import names
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.scheduled_run import ScheduledRun
from autogluon_contracts.jobs.scheduled_locations import DATA_BUCKET

_KINDS = {
    "train": "train",
    "tune": "tune",
    "batch_predict": "batch",
    "promote": "promotion",
    "drift": "drift",
}


@click.command(cls=Command)
@predictor_argument(required=False)
@pass_invocation
def schedules(invocation: Invocation, predictor: str | None) -> None:
    """List the deployed schedules and what starts batches of new objects.

    `agcdk runs` lists the runs that they have started.
    """
    if predictor is not None:
        deployed_predictor(invocation, predictor)
    found = [entry for entry in _deployed(invocation) if predictor in (None, entry["predictor"])]
    predictors = invocation.connection.deployment.predictors if predictor is None else (predictor,)
    created = [entry for name in predictors for entry in _new_objects(invocation, name)]
    if invocation.as_json:
        print_json(
            {"environment": invocation.environment, "schedules": found, "new_objects": created}
        )
        return
    _print_schedules(invocation.environment, found)
    _print_new_objects(invocation.environment, created)


def _print_schedules(environment: str, found: list[dict[str, Any]]) -> None:
    print_table(
        f"Schedules of {environment}",
        ("schedule", "predictor", "starts", "when", "time zone", "state"),
        [
            (
                entry["schedule"],
                entry["predictor"],
                _KINDS[entry["workflow"]],
                entry["expression"],
                entry["timezone"],
                _state(entry),
            )
            for entry in found
        ],
        empty="No schedules. Add `schedules` to a predictor's settings, then deploy.",
    )


def _print_new_objects(environment: str, created: list[dict[str, Any]]) -> None:
    print_table(
        f"Batches of new objects in {environment}",
        ("name", "predictor", "starts", "of", "ending in", "state"),
        [
            (
                entry["name"],
                entry["predictor"],
                _KINDS["batch_predict"],
                entry["location"],
                entry["suffix"] or "",
                _state(entry),
            )
            for entry in created
        ],
        empty="No batches of new objects. Add `on_new_objects` to a predictor's settings, then "
        "deploy.",
    )


def _state(entry: dict[str, Any]) -> str:
    return "enabled" if entry["enabled"] else "paused"


def _new_objects(invocation: Invocation, predictor: str) -> list[dict[str, Any]]:
    connection = invocation.connection
    declared = PredictorSpec.from_json(connection.spec(predictor)).on_new_objects or {}
    return [
        {
            "name": name,
            "predictor": predictor,
            "location": found.location.replace(DATA_BUCKET, connection.deployment.data_bucket),
            "suffix": found.suffix,
            "enabled": found.enabled,
            "input": dict(found.input),
        }
        for name, found in sorted(declared.items())
    ]


def _deployed(invocation: Invocation) -> list[dict[str, Any]]:
    assert invocation.connection.deployment  # an environment that is not deployed is said so
    client = invocation.client("scheduler")
    group = names.schedule_group(invocation.environment)
    try:
        pages = list(client.get_paginator("list_schedules").paginate(GroupName=group))
    except client.exceptions.ResourceNotFoundException:
        return []
    listed = sorted(item["Name"] for page in pages for item in page["Schedules"])
    return [_document(client.get_schedule(GroupName=group, Name=name)) for name in listed]


def _document(schedule: dict[str, Any]) -> dict[str, Any]:
    run = ScheduledRun.from_json(json.loads(schedule["Target"]["Input"]))
    return {
        "schedule": run.schedule,
        "predictor": run.predictor,
        "workflow": run.workflow,
        "expression": schedule["ScheduleExpression"],
        "timezone": run.timezone,
        "enabled": schedule["State"] == "ENABLED",
        "input": dict(run.input),
    }
