"""`agcdk off PREDICTOR`: take the model out of service; it costs nothing then."""

from __future__ import annotations

import click

from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.switch_live_model import switch


@click.command(cls=Command)
@predictor_argument()
@click.option("--wait/--no-wait", default=True, help="Wait until the endpoint is gone.")
@pass_invocation
def off(invocation: Invocation, predictor: str, wait: bool) -> None:
    """Take PREDICTOR out of service and delete its endpoint; the models stay."""
    deployed_predictor(invocation, predictor)
    switch(invocation, predictor, "none", wait=wait)
