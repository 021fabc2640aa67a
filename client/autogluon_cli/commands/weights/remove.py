"""Delete a set of mirrored weights: `agcdk weights remove NAME`."""

from __future__ import annotations

import sys

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json


@click.command(cls=Command)
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@pass_invocation
def remove(invocation: Invocation, name: str, yes: bool) -> None:
    """Delete the mirrored weights NAME; models that were trained with them keep their copies.

    S3 keeps deleted objects for some days. `agcdk doctor --policy --with-delete` prints the
    permissions that this needs.
    """
    from autogluon_client.workflows.weights import remove_weights, require_weights

    record = require_weights(invocation.connection, name)
    if not yes:
        if not sys.stdin.isatty() or invocation.as_json:
            raise CommandError(
                f"Deleting the weights {name} requires confirmation, and agcdk cannot ask "
                "for it here.",
                next_command=invocation.command(f"weights remove {name} --yes"),
            )
        click.confirm(f"Delete {name}, {record.repository}?", abort=True, err=True)
    count = remove_weights(invocation.connection, name)
    if invocation.as_json:
        print_json({"name": name, "files": count})
    else:
        click.echo(f"Deleted the weights {name} ({count:,} files).")
