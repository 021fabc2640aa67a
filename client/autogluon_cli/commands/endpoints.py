"""List the predictors with their endpoints: `agcdk endpoints`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import click

from autogluon_cli.deployment.environment_stacks import Stack, undeclared_stacks
from autogluon_cli.framework.arguments import live_model
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.endpoint_states import (
    describe_endpoint,
    running_instances,
    serverless_in_words,
    serverless_settings,
)
from autogluon_cli.terminal.output import print_json, print_table
from autogluon_contracts import names
from autogluon_contracts.defaults import REAL_TIME

_AT_ONCE = 16


@click.command(cls=Command)
@pass_invocation
def endpoints(invocation: Invocation) -> None:
    """List the predictors with their endpoints and live versions.

    Endpoints that the settings no longer declare are listed, too, where you may describe stacks.
    """
    connection = invocation.connection
    connection.deployment, connection.client("ssm"), connection.client("sagemaker")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(
            pool.map(lambda name: _document(invocation, name), connection.deployment.predictors)
        )
    found += [_undeclared(invocation, stack) for stack in undeclared_stacks(invocation)]
    if invocation.as_json:
        print_json({"environment": invocation.environment, "endpoints": found})
        return
    print_table(
        f"Endpoints of {invocation.environment}",
        ("predictor", "endpoint", "mode", "status", "live version", "instances"),
        [
            (
                row["predictor"],
                row["endpoint"],
                row["mode"],
                row["status"],
                row["live_version"],
                _instances(row),
            )
            for row in found
        ],
        empty=f"No predictors yet. Add one: {invocation.command('init FILE')}",
    )


def _document(invocation: Invocation, predictor: str) -> dict[str, Any]:
    spec = invocation.connection.spec(predictor)
    live = live_model(invocation, predictor)
    document: dict[str, Any] = {
        "predictor": predictor,
        "endpoint": None,
        "status": "no endpoint in the settings",
        "mode": None,
        "live_model": live,
        "live_version": None if live == "none" else int(live.rpartition("/")[2]),
        "instance_type": None,
        "instance_count": 0,
        "serverless": None,
    }
    if spec["endpoint"] is None:
        return document
    found = describe_endpoint(invocation, spec["endpoint"]["name"])
    # Without a model, a promotion's choice is dropped: the next one starts with the settings'.
    kind, count = spec["endpoint"].get("instance_type"), 0
    serverless = spec["endpoint"].get("serverless")
    if found is not None:
        kind, count = running_instances(invocation, found) or (None, 0)
        serverless = serverless_settings(found)
    return document | {
        "endpoint": spec["endpoint"]["name"],
        "status": "off" if found is None else found["EndpointStatus"],
        "mode": spec["endpoint"].get("mode", REAL_TIME),
        "instance_type": kind,
        "instance_count": count,
        "serverless": serverless,
    }


def _undeclared(invocation: Invocation, stack: Stack) -> dict[str, Any]:
    """Describe the endpoint of a predictor that the deployed settings give none."""
    name = names.endpoint(invocation.environment, str(stack.predictor))
    found = describe_endpoint(invocation, name)
    kind, count = (None if found is None else running_instances(invocation, found)) or (None, 0)
    state = "off" if found is None else found["EndpointStatus"]
    return {
        "predictor": stack.predictor,
        "endpoint": name,
        "status": f"{state}, not in the settings",
        "mode": None,
        "live_model": None,
        "live_version": None,
        "instance_type": kind,
        "instance_count": count,
        "serverless": None if found is None else serverless_settings(found),
    }


def _instances(row: dict[str, Any]) -> str:
    serverless = row["serverless"]
    if serverless is not None:
        return serverless_in_words(**serverless)
    if row["instance_type"] is None:
        return "-"
    return f"{row['instance_count']} x {row['instance_type']}"
