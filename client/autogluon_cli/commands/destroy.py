"""Tear down the environment: `agcdk destroy`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from autogluon_cli.deployment.account import find_account
from autogluon_cli.deployment.environment_stacks import EnvironmentStacks, Stack, find_stacks
from autogluon_cli.deployment.settings_file import load_settings
from autogluon_cli.deployment.stack_removal import delete_stacks
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import live_line, print_json
from autogluon_contracts.names import foundation_stack

_FATES = {
    "destroy": "deletes data and models",
    "retain": "keeps data and models",
    None: "keeps or deletes data and models, as it was deployed",
}


@click.command(cls=Command)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@pass_invocation
def destroy(invocation: Invocation, yes: bool) -> None:
    """Tear down all stacks; `removal` in the settings decides whether data is kept.

    It deletes the stacks that exist, also where an earlier attempt ended half-way, or where the
    settings are gone.
    """
    removal = _declared_removal(invocation)
    account = find_account(invocation)
    found = find_stacks(invocation)
    if not found.stacks:
        raise CommandError(
            f"Environment {invocation.environment!r} has no stacks in "
            f"{account.number}/{account.region}.",
            next_command=invocation.command("deploy"),
            exit_code=ExitCode.NOT_FOUND,
        )
    if not yes:
        _ask(invocation, removal, f"{account.number}/{account.region}")
    again = f"agcdk destroy --environment {invocation.environment}"
    with live_line(f"tearing down {found.environment}", quiet=invocation.as_json) as line:
        for stacks in _in_order(found):
            delete_stacks(invocation, account, stacks, line, next_command=again)
            for stack in stacks:
                line.say(f"Deleted {stack.name}.")
    if invocation.as_json:
        print_json({"environment": found.environment, "removal": removal})
    else:
        click.echo(f"Tore down {found.environment}.")


def _declared_removal(invocation: Invocation) -> str | None:
    """Return what the settings say of data; None where they are gone or cannot be read."""
    try:
        return load_settings(invocation).removal
    except CommandError:
        return None


def _in_order(found: EnvironmentStacks) -> Iterator[list[Stack]]:
    """Yield the stacks that can be deleted side by side: users before what they use."""
    endpoints = [stack for stack in found.stacks if stack.predictor is not None]
    others = [stack for stack in found.stacks if stack.predictor is None]
    foundation = foundation_stack(found.environment)
    yield endpoints
    yield [stack for stack in others if stack.name != foundation]
    yield [stack for stack in others if stack.name == foundation]


def _ask(invocation: Invocation, removal: str | None, place: str) -> None:
    name = invocation.environment
    if not sys.stdin.isatty():
        raise CommandError(
            f"Tearing down {name!r} requires confirmation, and agcdk cannot ask for it here.",
            next_command=f"agcdk destroy --yes --environment {name}",
        )
    question = f"Tear down {name} in {place} ({_FATES[removal]})? Type its name to continue"
    typed = click.prompt(question, err=True)
    if typed != name:
        raise CommandError(
            f"Got {typed!r} instead of {name!r}. Nothing was torn down.",
            next_command=f"agcdk destroy --environment {name}",
        )
