"""Take a predictor out of service: `agcdk off PREDICTOR`."""

from __future__ import annotations

import click

from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.switch_live_model import switch


@click.command(cls=Command)
@predictor_argument()
@click.option("--wait/--no-wait", default=True, help="Wait until the endpoint is deleted.")
@pass_invocation
def off(invocation: Invocation, predictor: str, wait: bool) -> None:
    """Take PREDICTOR out of service and delete its endpoint; its models are kept."""
    deployed_predictor(invocation, predictor)
    switch(invocation, predictor, "none", wait=wait)
