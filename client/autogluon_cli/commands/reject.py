"""Reject a model version: `agcdk reject PREDICTOR VERSION`."""

from __future__ import annotations

import click

from autogluon_cli.framework.arguments import deployed_predictor, live_variants, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.decide import decide
from autogluon_cli.registry.versions import find_version
from autogluon_cli.terminal.output import print_json
from autogluon_contracts.names import MAIN_VARIANT


@click.command(cls=Command)
@predictor_argument()
@click.argument("version", metavar="VERSION")
@click.option("--comment", help="The reason, recorded in the registry.")
@pass_invocation
def reject(invocation: Invocation, predictor: str, version: str, comment: str | None) -> None:
    """Reject a model VERSION (a number or latest) of PREDICTOR."""
    deployed_predictor(invocation, predictor)
    package = find_version(invocation, predictor, version)
    variant = live_variants(invocation, predictor).get(package["ModelPackageArn"])
    if variant is not None:
        where = "" if variant == MAIN_VARIANT else f" in {variant}"
        raise CommandError(
            f"Version {package['ModelPackageVersion']} of {predictor!r} is in service{where}.",
            advice="Put another version into service first.",
            next_command=f"agcdk rollback {predictor}"
            if variant == MAIN_VARIANT
            else invocation.command("endpoints"),
        )
    number = str(package["ModelPackageVersion"])
    decided = decide(invocation, predictor, number, "Rejected", comment)
    if invocation.as_json:
        print_json(decided)
    else:
        click.echo(f"Rejected version {number} of {predictor} (was {decided['was']}).")
