"""Put the version that was live before back into service: `agcdk rollback PREDICTOR`."""

from __future__ import annotations

import click

from autogluon_cli.framework.arguments import deployed_predictor, live_model, predictor_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.switch_live_model import switch
from autogluon_cli.registry.versions import promoted_versions
from autogluon_contracts.models.version_before import version_before
from autogluon_contracts.names import NO_MODEL


@click.command(cls=Command)
@predictor_argument()
@click.option("--wait/--no-wait", default=True, help="Wait until the endpoint answers.")
@click.option(
    "--at-once",
    is_flag=True,
    help="Move all requests at once and unwatched, whatever the settings' update says.",
)
@pass_invocation
def rollback(invocation: Invocation, predictor: str, wait: bool, at_once: bool) -> None:
    """Put the approved version that was live before the live one back into service.

    Versions whose last promotion failed are left out.
    """
    from autogluon_client.registry.versions import list_versions

    deployed_predictor(invocation, predictor)
    live = live_model(invocation, predictor)
    if live == NO_MODEL:
        raise CommandError(
            f"Predictor {predictor!r} is off, so there is no version to roll back from.",
            next_command=f"agcdk on {predictor}",
            exit_code=ExitCode.NOT_FOUND,
        )
    now = int(live.rpartition("/")[2])
    target = version_before(promoted_versions(list_versions(invocation.connection, predictor)), now)
    if target is None:
        raise CommandError(
            f"Predictor {predictor!r} has no approved version before its live version {now}.",
            next_command=invocation.command(f"models {predictor}"),
            exit_code=ExitCode.NOT_FOUND,
        )
    if not invocation.as_json:
        click.echo(f"Returning {predictor} from version {now} to version {target}.", err=True)
    choices = {"at_once": True} if at_once else None
    switch(invocation, predictor, target, wait=wait, choices=choices, purpose="rollback")
