"""Register a model trained elsewhere: `agcdk register PREDICTOR ARTIFACT`."""

from __future__ import annotations

from pathlib import Path

import click

from autogluon_cli.deployment.endpoint_price import say_price
from autogluon_cli.framework.arguments import (
    deployed_predictor,
    predictor_argument,
    served_predictor,
)
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.new_version import say_registered
from autogluon_cli.registry.switch_live_model import put_approved_on

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=Command)
@predictor_argument()
@click.argument("artifact", metavar="ARTIFACT")
@click.option(
    "--schema",
    type=_FILE,
    metavar="FILE",
    help="What the model takes: a feature_schema.json, or for a script a CSV file with the "
    "columns.  [default: the artifact's]",
)
@click.option(
    "--metrics",
    type=_FILE,
    metavar="FILE",
    help="What it reached: a JSON object of numbers by metric.  [default: the artifact's]",
)
@click.option(
    "--code",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="The code that serves it.  [default: the artifact's, or this project's for AutoGluon's]",
)
@click.option("--on", "put_on", is_flag=True, help="Also put it into service if it is approved.")
@pass_invocation
def register(
    invocation: Invocation,
    predictor: str,
    artifact: str,
    schema: Path | None,
    metrics: Path | None,
    code: Path | None,
    put_on: bool,
) -> None:
    """Register ARTIFACT, a model.tar.gz or its s3:// address, as a version of PREDICTOR.

    Nothing of it is loaded here; its hash is recorded, and the quality gate decides by its metrics.
    """
    from autogluon_client.registry.register import Foreign, register_artifact
    from autogluon_constructs.code.archives import container_sources

    (served_predictor if put_on else deployed_predictor)(invocation, predictor)
    if put_on:
        say_price(invocation, predictor)
    found = register_artifact(
        invocation.connection,
        predictor,
        Foreign(artifact, schema, metrics, code),
        own_code=container_sources(),
        say=lambda text: None if invocation.as_json else click.echo(text, err=True),
    )
    if put_on and found.status == "Approved":
        put_approved_on(invocation, predictor, found.arn, found.version)
    else:
        where = f" of {predictor} ({found.status}: {found.reason})"
        say_registered(invocation, predictor, found, what=artifact, where=where)
