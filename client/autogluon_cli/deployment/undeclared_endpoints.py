"""Delete the endpoints of predictors that the settings no longer declare."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.costs.estimates import monthly_price
from autogluon_cli.deployment.account import Account
from autogluon_cli.deployment.environment_stacks import EnvironmentStacks, Stack, with_endpoint
from autogluon_cli.deployment.stack_removal import delete_stacks
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.registry.endpoint_states import (
    component_in_words,
    component_settings,
    describe_component,
    describe_endpoint,
    running_instances,
    serverless_in_words,
    serverless_settings,
)
from autogluon_cli.terminal.output import live_line
from autogluon_contracts import names

if TYPE_CHECKING:
    from autogluon_constructs.settings import Environment

OPTION = "--remove-endpoints"


def remove_undeclared_endpoints(
    invocation: Invocation,
    settings: Environment,
    stacks: EnvironmentStacks,
    account: Account,
    *,
    confirmed: bool,
) -> None:
    """Delete the stacks of endpoints that the settings no longer declare, once that is confirmed.

    The CDK forgets such stacks: their endpoints would go on answering and costing, and later keep
    the other stacks from being deleted. Models and data stay.

    Raises:
        CommandError: it is not confirmed; nothing was deployed.
    """
    undeclared = stacks.undeclared(with_endpoint(settings))
    shared = stacks.undeclared_shared(settings.shared_endpoints)
    if not undeclared and not shared:
        return
    if not confirmed:
        _confirm(invocation, [*undeclared, *shared])
    again = invocation.command(f"deploy {OPTION}")
    with live_line("deleting endpoints", quiet=invocation.as_json) as line:
        # Components before the endpoints that they are on.
        for group in (undeclared, shared):
            delete_stacks(invocation, account, group, line, next_command=again)
            for stack in group:
                line.say(f"Deleted {stack.name}: {invocation.settings_file} no longer declares it.")


def describe_undeclared(invocation: Invocation, stack: Stack) -> str:
    """Return the endpoint that a stack holds, its instances and what they cost."""
    name = endpoint_of(invocation, stack)
    component = describe_component(invocation, name)
    if component is not None:
        has = component_in_words(**component_settings(component))
        return f"component {name} ({component['InferenceComponentStatus']}, {has})"
    found = describe_endpoint(invocation, name)
    if found is None:
        return f"{stack.name} ({stack.status}), without an endpoint at present"
    return f"endpoint {name} ({found['EndpointStatus']}, {_what_it_runs_on(invocation, found)})"


def endpoint_of(invocation: Invocation, stack: Stack) -> str:
    """Return the name of the endpoint, or of the component, that a stack holds."""
    if stack.predictor is None:
        return names.endpoint(invocation.environment, str(stack.shared_endpoint))
    return invocation.connection.deployment.endpoint_name(stack.predictor)


def _what_it_runs_on(invocation: Invocation, found: dict[str, Any]) -> str:
    serverless = serverless_settings(found)
    if serverless is not None:
        return serverless_in_words(**serverless)
    running = running_instances(invocation, found)
    assert running is not None  # it is not serverless
    kind, count = running
    return f"{count} x {kind}{monthly_price(kind, count)}"


def _confirm(invocation: Invocation, undeclared: Sequence[Stack]) -> None:
    described = "; ".join(describe_undeclared(invocation, stack) for stack in undeclared)
    statement = f"{invocation.settings_file} no longer declares {described}."
    if sys.stdin.isatty() and not invocation.as_json:
        click.echo(statement, err=True)
        if click.confirm("Delete it and deploy? Models are kept", err=True):
            return
        advice = "Nothing was deployed."
    else:
        advice = "It would run on. Nothing was deployed; confirm that it is to be deleted."
    raise CommandError(
        statement, advice=advice, next_command=invocation.command(f"deploy {OPTION}")
    )
