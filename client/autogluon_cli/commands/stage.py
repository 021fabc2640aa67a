"""Move a model version to a stage of its life: `agcdk stage PREDICTOR VERSION STAGE`."""

from __future__ import annotations

import re
from typing import Any

import click

from autogluon_cli.deployment.endpoint_price import say_price
from autogluon_cli.framework.arguments import deployed_predictor, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.versions import find_version
from autogluon_cli.terminal.output import print_json
from autogluon_contracts.models.model_stage import STAGE_WORD, stage_in_words, stage_of
from autogluon_contracts.names import stage_run


def _word(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not re.fullmatch(STAGE_WORD, value):
        raise click.BadParameter(
            f"got {value!r}; allowed: at most 63 letters, digits and hyphens, such as Production"
        )
    return value


@click.command(cls=Command)
@predictor_argument()
@click.argument("version", metavar="VERSION")
@click.argument("stage", metavar="STAGE", callback=_word)
@click.argument("status", metavar="[STATUS]", default="Approved", callback=_word)
@click.option("--description", help="The reason, recorded in the registry; at most 1,024 letters.")
@pass_invocation
def stage(
    invocation: Invocation,
    predictor: str,
    version: str,
    stage: str,
    status: str,
    description: str | None,
) -> None:
    """Move a model VERSION (a number or latest) of PREDICTOR to a STAGE, with a STATUS.

    Stages are words of yours, such as Staging and Production; STATUS is Approved by default.
    """
    endpoint = deployed_predictor(invocation, predictor)["endpoint"] or {}
    package = find_version(invocation, predictor, version)
    number, was = package["ModelPackageVersion"], stage_of(package)
    now = f"{stage}/{status}"
    is_approved = package["ModelApprovalStatus"] == "Approved"
    if is_approved and endpoint.get("promote_on_stage") == now:
        say_price(invocation, predictor)
    wanted: dict[str, Any] = {"Stage": stage, "StageStatus": status}
    if description is not None:
        wanted["StageDescription"] = description
    invocation.client("sagemaker").update_model_package(
        ModelPackageArn=package["ModelPackageArn"], ModelLifeCycle=wanted
    )
    if invocation.as_json:
        print_json(
            {
                "predictor": predictor,
                "version": number,
                "arn": package["ModelPackageArn"],
                "stage": now,
                "was": was,
            }
        )
        return
    before = "" if was is None else f" (was {stage_in_words(was)})"
    click.echo(f"Version {number} of {predictor} is in {stage_in_words(now)}{before}.")
    if endpoint.get("promote_on_stage") != now:
        return
    if is_approved:
        run = stage_run(predictor, package["ModelPackageArn"])
        click.echo(
            "The latest approved version in it goes into service by itself: "
            f"{invocation.command(f'show {run}')}"
        )
    else:
        click.echo(
            f"It is {package['ModelApprovalStatus']}, and goes into service when it is approved: "
            f"{invocation.command(f'approve {predictor} {number}')}"
        )
