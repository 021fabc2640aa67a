"""Put a model into service: `agcdk on PREDICTOR`."""

from __future__ import annotations

from typing import get_args

import click

from autogluon_cli.deployment.endpoint_price import say_price
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.switch_live_model import switch
from autogluon_cli.registry.versions import find_version
from autogluon_contracts.defaults import ServingEngine
from autogluon_contracts.names import MAIN_VARIANT

_LATEST_APPROVED = "latest-approved"


@click.command(cls=Command)
@predictor_argument()
@click.option(
    "--model",
    metavar="VERSION",
    default=_LATEST_APPROVED,
    show_default=True,
    help="A version number or latest-approved.",
)
@click.option(
    "--variant",
    metavar="NAME",
    default=MAIN_VARIANT,
    show_default=True,
    help="One of the variants that the settings name.",
)
@click.option("--wait/--no-wait", default=True, help="Wait until the endpoint answers.")
@click.option("--instance-type", help="An instance type that the settings allow.")
@click.option(
    "--instance-count",
    "initial_instance_count",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="At most what the settings allow.",
)
@click.option(
    "--engine",
    type=click.Choice(get_args(ServingEngine)),
    help="auto: the direct path where it equals AutoGluon; autogluon: AutoGluon always.",
)
@click.option(
    "--at-once",
    is_flag=True,
    help="Move all requests at once and unwatched, whatever the settings' update says.",
)
@click.option(
    "--allow-schema-change",
    is_flag=True,
    help="Also if callers of the live version would break.",
)
@pass_invocation
def on(
    invocation: Invocation, /, predictor: str, model: str, wait: bool, **choices: str | int | None
) -> None:
    """Put an approved version of PREDICTOR into service.

    Without --instance-type, --instance-count and --engine the endpoint keeps what it has.
    """
    deployed_predictor(invocation, predictor)
    left_out = (None, False, MAIN_VARIANT)
    given = {name: value for name, value in choices.items() if value not in left_out}
    if model == _LATEST_APPROVED:
        _require_approved(invocation, predictor)
        say_price(invocation, predictor, given)
        switch(invocation, predictor, model, wait=wait, choices=given)
        return
    package = find_version(invocation, predictor, model)
    version = package["ModelPackageVersion"]
    if package["ModelApprovalStatus"] != "Approved":
        raise CommandError(
            f"Version {version} of {predictor!r} is {package['ModelApprovalStatus']}, "
            "and only an approved version can go into service.",
            next_command=f"agcdk approve {predictor} {version} --on",
        )
    say_price(invocation, predictor, given)
    switch(invocation, predictor, version, wait=wait, choices=given)


def _require_approved(invocation: Invocation, predictor: str) -> None:
    from autogluon_client.registry.versions import list_versions

    found = list_versions(invocation.connection, predictor)
    if any(package["ModelApprovalStatus"] == "Approved" for package in found):
        return
    raise CommandError(
        f"Predictor {predictor!r} has no approved model version.",
        next_command=f"agcdk models {predictor}" if found else f"agcdk train {predictor} FILE",
        exit_code=ExitCode.NOT_FOUND,
    )
