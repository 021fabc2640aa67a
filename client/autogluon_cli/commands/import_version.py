"""Bring a version from another environment: `agcdk import-version PREDICTOR --from ENVIRONMENT`."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from autogluon_client.environment.connection import Connection


@click.command("import-version", cls=Command)
@predictor_argument()
@click.option(
    "--from", "origin", required=True, metavar="ENVIRONMENT", help="The environment that has it."
)
@click.option("--from-profile", metavar="PROFILE", help="AWS profile that reads there.")
@click.option("--from-region", metavar="REGION", help="The region of that environment.")
@click.option(
    "--model",
    metavar="VERSION",
    help="A version number, latest, or live.  [default: live, or latest if none is live]",
)
@click.option("--on", "put_on", is_flag=True, help="Also put it into service.")
@pass_invocation
def import_version(
    invocation: Invocation,
    predictor: str,
    origin: str,
    from_profile: str | None,
    from_region: str | None,
    model: str | None,
    put_on: bool,
) -> None:
    """Register a version of PREDICTOR that another environment trained; nothing is retrained.

    The other environment may be in another account. Artifact, hash, metrics, report and approval
    come along.
    """
    from autogluon_client.registry.imports import import_version

    (served_predictor if put_on else deployed_predictor)(invocation, predictor)
    source = _source(invocation, origin, from_profile, from_region)
    if put_on:
        say_price(invocation, predictor)
    found = import_version(
        source,
        invocation.connection,
        predictor,
        model,
        require_approval=put_on,
        say=lambda text: None if invocation.as_json else click.echo(text, err=True),
    )
    if put_on:
        put_approved_on(invocation, predictor, found.arn, found.version)
    else:
        there = found.imported_from.rpartition("/")[2]
        what = f"Version {there} of {predictor} in {origin}"
        where = f" in {invocation.environment} ({found.status})"
        say_registered(invocation, predictor, found, what=what, where=where)


def _source(
    invocation: Invocation, origin: str, profile: str | None, region: str | None
) -> Connection:
    from autogluon_client.environment.connection import Connection

    ambient = profile is None and region is None
    session = invocation.session if ambient else invocation.new_session(profile, region)
    source, target = Connection(origin, session), invocation.connection
    # Environments of two accounts may have one name; no two have a bucket in common.
    if source.deployment.artifact_bucket == target.deployment.artifact_bucket:
        raise click.UsageError(
            f"--from {origin} is the environment that gets the version; say which has it, or "
            "--from-profile of its account"
        )
    return source
