"""Tear down the environment: `agcdk destroy`."""

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
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@pass_invocation
def destroy(invocation: Invocation, yes: bool) -> None:
    """Tear down all stacks; `removal` in the settings decides whether data is kept."""
    settings = load_settings(invocation)
    account = find_account(invocation)
    deployment = invocation.connection.deployment  # NotDeployedError: nothing to destroy
    if not yes:
        _ask(invocation, settings.removal, f"{account.number}/{account.region}")
    again = f"agcdk doctor --environment {invocation.environment}"
    title = f"tearing down {deployment.environment}"
    run_cdk(invocation, title, lambda cdk: cdk.destroy(), next_command=again)
    if invocation.as_json:
        print_json({"environment": deployment.environment, "removal": settings.removal})
    else:
        click.echo(f"Tore down {deployment.environment}.")


def _ask(invocation: Invocation, removal: str, place: str) -> None:
    name = invocation.environment
    if not sys.stdin.isatty():
        raise CommandError(
            f"Tearing down {name!r} needs a confirmation, and there is no terminal to ask on.",
            next_command=f"agcdk destroy --yes --environment {name}",
        )
    fate = "deletes data and models" if removal == "destroy" else "keeps data and models"
    question = f"Tear down {name} in {place} ({fate})? Type its name to continue"
    typed = click.prompt(question, err=True)
    if typed != name:
        raise CommandError(
            f"Got {typed!r} instead of {name!r}. Nothing was torn down.",
            next_command=f"agcdk destroy --environment {name}",
        )
