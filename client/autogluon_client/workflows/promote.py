"""Put a model into service or take it out, by the Promote state machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import EndpointOffError, RunNotFoundError
from autogluon_client.executions.names import new_name
from autogluon_client.executions.progress import Progress, follow
from autogluon_client.executions.run import Run
from autogluon_client.executions.update_progress import UpdateProgress
from autogluon_contracts.names import NO_MODEL, approval_run


def put_into_service(
    connection: Connection,
    predictor: str,
    model: str | int,
    progress: Progress,
    *,
    wait: bool,
    choices: Mapping[str, Any] | None = None,
) -> str:
    """Promote a model; returns the endpoint's name.

    The same promotion is joined if it is already running, started here or elsewhere.

    Args:
        choices: `instance_type`, `initial_instance_count`, `engine`, by default as they are; and
            `allow_schema_change`, `at_once`, `variant`, `weights`.

    Raises:
        EndpointOffError: the settings give the predictor no endpoint.
        ExecutionFailedError: the model is not approved, or did not start; the old one then serves.
    """
    endpoint = connection.spec(predictor)["endpoint"]
    if endpoint is None:
        raise EndpointOffError(
            f"Predictor {predictor!r} has no endpoint.",
            advice=f"Add `endpoint:` to it in config/{connection.environment}.yaml and run "
            "`cdk deploy --all`.",
        )
    run = start_promotion(connection, predictor, model, "deploy", progress, choices)
    if wait:
        follow(
            run,
            progress,
            attach_with=f"attach_endpoint({endpoint['name']!r})",
            detail=UpdateProgress(connection, predictor).summary,
        )
    return str(endpoint["name"])


def take_out_of_service(connection: Connection, predictor: str, progress: Progress) -> None:
    """Promote `none` and wait until the endpoint is deleted."""
    run = start_promotion(connection, predictor, NO_MODEL, "off", progress)
    follow(run, progress, attach_with="cleanup_deployment()")


def start_promotion(
    connection: Connection,
    predictor: str,
    model: str | int,
    purpose: str,
    progress: Progress,
    choices: Mapping[str, Any] | None = None,
) -> Run:
    """Start promoting a model, or join the same promotion if it is already running."""
    arguments = {"predictor": predictor, "model": model, **(choices or {})}
    run = _running(connection, arguments)
    if run is None:
        run = Run.start(connection, "promote", new_name(purpose), arguments)
        progress.say(f"Started {run.name}: {predictor} -> {model}")
    else:
        progress.say(f"Joined {run.name}, which is already running: {predictor} -> {model}")
    return run


def start_approved(connection: Connection, predictor: str, version_arn: str) -> Run | None:
    """Start the promotion that a version's approval leads to, or find it while it is running.

    Returns:
        None where that promotion has ended, and the version is not live: it failed, or another
        version went live since. A version has one such promotion.
    """
    arguments = {"predictor": predictor, "model": version_arn}
    run = Run(connection, "promote", approval_run(predictor, version_arn))
    try:
        has_ended = run.describe()["status"] != "RUNNING"
    except RunNotFoundError:
        return Run.start(connection, "promote", run.name, arguments)
    return None if has_ended and connection.live_model(predictor) != version_arn else run


def _running(connection: Connection, arguments: dict[str, Any]) -> Run | None:
    states = connection.client("stepfunctions")
    machine = connection.deployment.state_machines["promote"]
    pages = states.get_paginator("list_executions").paginate(
        stateMachineArn=machine, statusFilter="RUNNING"
    )
    for entry in (each for page in pages for each in page["executions"]):
        run = Run(connection, "promote", entry["name"])
        if json.loads(run.describe()["input"]) == arguments:
            return run
    return None
