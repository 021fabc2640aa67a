"""`agcdk destroy`: take every stack of the environment away."""

from __future__ import annotations

import sys

import click

from autogluon_cli.deployment.account import find_account
from autogluon_cli.deployment.cdk_progress import run_cdk
from autogluon_cli.deployment.settings_file import load_settings
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json


@click.command(cls=Command)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_invocation
def destroy(invocation: Invocation, yes: bool) -> None:
    """Destroy the environment's stacks; `removal` in the settings says whether data stays."""
    settings = load_settings(invocation)
    account = find_account(invocation)
    deployment = invocation.connection.deployment  # NotDeployedError: nothing to destroy
    if not yes:
        _ask(invocation, settings.removal, f"{account.number}/{account.region}")
    again = f"agcdk doctor --environment {invocation.environment}"
    title = f"destroying {deployment.environment}"
    run_cdk(invocation, title, lambda cdk: cdk.destroy(), next_command=again)
    if invocation.as_json:
        print_json({"environment": deployment.environment, "removal": settings.removal})
    else:
        click.echo(f"Destroyed {deployment.environment}.")


def _ask(invocation: Invocation, removal: str, place: str) -> None:
    name = invocation.environment
    if not sys.stdin.isatty():
        raise CommandError(
            f"Destroying {name!r} needs a confirmation, and nobody is there to ask.",
            next_command=f"agcdk destroy --yes --environment {name}",
        )
    fate = "its data and models are deleted" if removal == "destroy" else "its data stays"
    typed = click.prompt(f"Destroy {name} in {place} ({fate}); type its name to go on", err=True)
    if typed != name:
        raise CommandError(
            f"Got {typed!r} and not {name!r}: nothing was destroyed.",
            next_command=f"agcdk destroy --environment {name}",
        )
