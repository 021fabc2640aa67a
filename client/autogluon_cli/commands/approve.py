"""Approve a model version: `agcdk approve PREDICTOR VERSION`."""

from __future__ import annotations

import click

from autogluon_cli.deployment.endpoint_price import say_price
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.decide import decide
from autogluon_cli.registry.switch_live_model import put_approved_on
from autogluon_cli.registry.versions import find_version
from autogluon_cli.terminal.output import print_json
from autogluon_contracts.models.model_stage import stage_of
from autogluon_contracts.names import approval_run, stage_run


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
    by_itself = _promotion_by_itself(invocation, predictor, version)
    if put_on or by_itself is not None:  # before the approval, which may start the promotion
        say_price(invocation, predictor)
    decided = decide(invocation, predictor, version, "Approved", comment)
    if put_on:
        put_approved_on(invocation, predictor, decided["arn"], decided["version"])
    elif invocation.as_json:
        print_json(decided)
    else:
        number = decided["version"]
        click.echo(f"Approved version {number} of {predictor} (was {decided['was']}).")
        if by_itself is not None:
            shown = invocation.command(f"show {by_itself}")
            click.echo(f"The latest approved version goes into service by itself: {shown}")
        else:
            shown = invocation.command(f"on {predictor} --model {number}")
            click.echo(f"Put it into service: {shown}")


def _promotion_by_itself(invocation: Invocation, predictor: str, version: str) -> str | None:
    """Return the run that the approval starts; None where it starts none."""
    endpoint = deployed_predictor(invocation, predictor)["endpoint"] or {}
    on_approval, on_stage = (endpoint.get(f"promote_on_{what}") for what in ("approval", "stage"))
    if not on_approval and on_stage is None:
        return None
    package = find_version(invocation, predictor, version)
    arn = package["ModelPackageArn"]
    if on_approval:
        return approval_run(predictor, arn)
    return stage_run(predictor, arn) if stage_of(package) == on_stage else None
