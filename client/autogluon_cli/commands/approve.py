"""Approve a model version: `agcdk approve PREDICTOR VERSION`."""

from __future__ import annotations

import click

from autogluon_cli.deployment.endpoint_price import say_price
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.decide import decide
from autogluon_cli.registry.switch_live_model import put_approved_on
from autogluon_cli.terminal.output import print_json
from autogluon_contracts.names import approval_run


@click.command(cls=Command)
@predictor_argument()
@click.argument("version", metavar="VERSION")
@click.option("--comment", help="The reason, recorded in the registry.")
@click.option("--on", "put_on", is_flag=True, help="Also put it into service.")
@pass_invocation
def approve(
    invocation: Invocation, predictor: str, version: str, comment: str | None, put_on: bool
) -> None:
    """Approve a model VERSION (a number or latest) of PREDICTOR."""
    decided = decide(invocation, predictor, version, "Approved", comment)
    endpoint = deployed_predictor(invocation, predictor)["endpoint"]
    by_itself = endpoint is not None and endpoint.get("promote_on_approval", False)
    if put_on:
        say_price(invocation, predictor)
        put_approved_on(invocation, predictor, decided["arn"], decided["version"])
    elif invocation.as_json:
        print_json(decided)
    else:
        number = decided["version"]
        click.echo(f"Approved version {number} of {predictor} (was {decided['was']}).")
        if by_itself:
            shown = invocation.command(f"show {approval_run(predictor, decided['arn'])}")
            click.echo(f"The latest approved version goes into service by itself: {shown}")
        else:
            shown = invocation.command(f"on {predictor} --model {number}")
            click.echo(f"Put it into service: {shown}")
