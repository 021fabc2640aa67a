"""Take a predictor out of service: `agcdk off PREDICTOR`."""

from __future__ import annotations

import click

from autogluon_cli.deployment.environment_stacks import undeclared_stacks
from autogluon_cli.deployment.undeclared_endpoints import OPTION, describe_undeclared
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.switch_live_model import switch
from autogluon_contracts.names import MAIN_VARIANT, NO_MODEL


@click.command(cls=Command)
@predictor_argument()
@click.option(
    "--variant",
    metavar="NAME",
    default=MAIN_VARIANT,
    show_default=True,
    help="The variant to take out of service; for the main one, the endpoint is deleted.",
)
@click.option("--wait/--no-wait", default=True, help="Wait until the endpoint is deleted.")
@pass_invocation
def off(invocation: Invocation, predictor: str, variant: str, wait: bool) -> None:
    """Take PREDICTOR out of service and delete its endpoint; its models are kept.

    Variants beside the main one keep their versions, and return with it.
    """
    _refuse_undeclared(invocation, predictor)
    deployed_predictor(invocation, predictor)
    choices = {} if variant == MAIN_VARIANT else {"variant": variant}
    switch(invocation, predictor, NO_MODEL, wait=wait, choices=choices, purpose="off")


def _refuse_undeclared(invocation: Invocation, predictor: str) -> None:
    """Name the way for an endpoint that the deployed settings no longer declare."""
    for stack in undeclared_stacks(invocation):
        if stack.predictor == predictor:
            described = describe_undeclared(invocation, stack)
            raise CommandError(
                f"The deployed settings no longer declare {described}.",
                advice="Deploying deletes it.",
                next_command=invocation.command(f"deploy {OPTION}"),
                exit_code=ExitCode.NOT_FOUND,
            )
