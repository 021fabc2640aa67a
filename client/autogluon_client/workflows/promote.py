"""Putting a model into service and taking it out, by the Promote state machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import EndpointOffError
from autogluon_client.executions.jobs import Job
from autogluon_client.executions.names import new_name
from autogluon_client.executions.progress import Progress, follow

_NOTHING = "none"


def put_into_service(
    connection: Connection,
    predictor: str,
    model: str | int,
    progress: Progress,
    *,
    wait: bool,
    instances: Mapping[str, str | int] | None = None,
) -> str:
    """Promote a model; returns the endpoint's name.

    The same promotion that is under way, of this process or another one, is joined.

    Args:
        instances: `instance_type`, `initial_instance_count`; without them they stay as they are.

    Raises:
        EndpointOffError: the predictor is not to be served, by its settings.
        ExecutionFailedError: the model is not approved, or did not start; then the old one serves.
    """
    endpoint = connection.spec(predictor)["endpoint"]
    if endpoint is None:
        raise EndpointOffError(
            f"Predictor {predictor!r} has no endpoint; add `endpoint:` to it in "
            f"config/{connection.environment}.yaml and run `cdk deploy --all`."
        )
    job = start_promotion(connection, predictor, model, "deploy", progress, instances)
    if wait:
        follow(job, progress, attach_with=f"attach_endpoint({endpoint['name']!r})")
    return str(endpoint["name"])


def take_out_of_service(connection: Connection, predictor: str, progress: Progress) -> None:
    """Promote `none` and wait until the endpoint is gone."""
    job = start_promotion(connection, predictor, _NOTHING, "off", progress)
    follow(job, progress, attach_with="cleanup_deployment()")


def start_promotion(
    connection: Connection,
    predictor: str,
    model: str | int,
    purpose: str,
    progress: Progress,
    instances: Mapping[str, str | int] | None = None,
) -> Job:
    """Start promoting a model, or join the same promotion that is under way."""
    arguments = {"predictor": predictor, "model": model, **(instances or {})}
    job = _running(connection, arguments)
    if job is None:
        job = Job.start(connection, "promote", new_name(purpose), arguments)
        progress.say(f"Started {job.name}: {predictor} -> {model}")
    else:
        progress.say(f"Joined {job.name}, which is under way: {predictor} -> {model}")
    return job


def _running(connection: Connection, arguments: dict[str, Any]) -> Job | None:
    states = connection.client("stepfunctions")
    machine = connection.deployment.state_machines["promote"]
    answer = states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
    for entry in answer["executions"]:
        job = Job(connection, "promote", entry["name"])
        if json.loads(job.describe()["input"]) == arguments:
            return job
    return None
