"""Put the previous approved version into service: `agcdk rollback PREDICTOR`."""

from __future__ import annotations

import click

from autogluon_cli.framework.arguments import deployed_predictor, live_model, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.switch_live_model import switch


@click.command(cls=Command)
@predictor_argument()
@click.option("--wait/--no-wait", default=True, help="Wait until the endpoint answers.")
@pass_invocation
def rollback(invocation: Invocation, predictor: str, wait: bool) -> None:
    """Put the approved version before the live one into service."""
    deployed_predictor(invocation, predictor)
    if live_model(invocation, predictor) == "none":
        raise CommandError(
            f"Predictor {predictor!r} is off, so there is no version to roll back from.",
            next_command=f"agcdk on {predictor}",
            exit_code=ExitCode.NOT_FOUND,
        )
    switch(invocation, predictor, "previous", wait=wait)
