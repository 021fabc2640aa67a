"""Measure what one instance of a predictor's live endpoint answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from autogluon_cli.capacity.throughput import Throughput, measure
from autogluon_cli.framework.arguments import served_live
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.registry.endpoint_states import describe_endpoint, running_instances
from autogluon_cli.terminal.output import live_line
from autogluon_contracts import content_types


def throughput_of_instance(
    invocation: Invocation,
    predictor: str,
    instance_type: str,
    requests: tuple[Path, ...],
    seconds: float,
    given: Throughput,
) -> Throughput:
    """Return what one instance of a type answers: as measured now, or as given."""
    if given.requests_per_second and requests:
        raise CommandError(
            "--throughput and --request: give one of them.",
            next_command=measuring(invocation, predictor),
        )
    if given.requests_per_second:
        return given
    if not requests:
        raise CommandError(
            "What one instance answers is not known.",
            advice="Measure the live endpoint with a file that holds the body of a usual request, "
            "or give --throughput.",
            next_command=measuring(invocation, predictor),
        )
    kinds = {_content_type(path, invocation, predictor) for path in requests}
    if len(kinds) > 1:
        raise CommandError(
            "The requests are of different formats; give files of one format.",
            next_command=measuring(invocation, predictor),
        )
    spec = served_live(invocation, predictor)
    name = spec["endpoint"]["name"]
    found = describe_endpoint(invocation, name)
    instances = None if found is None else running_instances(invocation, found)
    running, count = instances or (None, 0)
    if not count:
        raise CommandError(
            f"The endpoint {name} has no instance that runs.",
            next_command=invocation.command(f"on {predictor}"),
        )
    if running != instance_type:
        raise CommandError(
            f"The endpoint {name} runs on {running}, and {invocation.settings_file} names "
            f"{instance_type}: what the one answers says nothing of the other.",
            advice="Plan for the type that runs (endpoint.instance_type), put the settings' type "
            "into service, or give --throughput.",
            next_command=invocation.command(f"on {predictor} --instance-type {instance_type}"),
        )
    bodies = [path.read_bytes() for path in requests]
    with live_line(f"measuring {name}", quiet=invocation.as_json):
        client = _without_retries(invocation)
        together = measure(client, name, bodies, kinds.pop(), seconds)
    return replace(together, requests_per_second=together.requests_per_second / count)


def _content_type(path: Path, invocation: Invocation, predictor: str) -> str:
    ending = path.suffix.lower()
    if ending == ".json":
        return content_types.JSON
    for kind, endings in content_types.EXTENSIONS.items():
        if ending in endings:
            return content_types.OF_FORMAT[kind]
    raise CommandError(
        f'{path}: the ending "{ending}" tells no content type.',
        advice="Name it .csv, .json, .jsonl or .parquet.",
        next_command=measuring(invocation, predictor),
    )


def measuring(invocation: Invocation, predictor: str) -> str:
    """Return the commands that measure a predictor's endpoint with an example request."""
    example = invocation.command(f"schema {predictor} --print example")
    plan = invocation.command(f"plan-capacity {predictor} --request request.json")
    return f"{example} > request.json && {plan}"


def _without_retries(invocation: Invocation) -> Any:
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=64, read_timeout=60)
    return invocation.session.client("sagemaker-runtime", config=config)
