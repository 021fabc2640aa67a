"""Print an address of the notebook instance that signs in: `agcdk notebook open`."""

from __future__ import annotations

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.notebook_instance import RUNNING, find_notebook
from autogluon_cli.terminal.output import print_json

_MOST_HOURS = 12  # API reference: SessionExpirationDurationInSeconds is at most 43,200


@click.command(cls=Command)
@click.option(
    "--hours",
    type=click.IntRange(1, _MOST_HOURS),
    metavar="NUMBER",
    default=_MOST_HOURS,
    show_default=True,
    help="When the session ends.",
)
@pass_invocation
def open(invocation: Invocation, hours: int) -> None:  # noqa: A001 - the command's name
    """Print an address of the notebook instance that signs in; it is good for five minutes.

    Its holder acts with the instance's role; do not pass it on.
    """
    found = find_notebook(invocation)
    if found.status != RUNNING:
        raise CommandError(
            f"Notebook instance {found.name!r} is not running ({found.status}).",
            next_command=invocation.command("notebook start"),
            exit_code=ExitCode.NOT_FOUND,
        )
    answer = invocation.client("sagemaker").create_presigned_notebook_instance_url(
        NotebookInstanceName=found.name, SessionExpirationDurationInSeconds=hours * 3600
    )
    # JupyterLab, which the address without a path does not show.
    address, _, token = answer["AuthorizedUrl"].partition("?")
    url = f"{address.rstrip('/')}/lab?{token}"
    if invocation.as_json:
        print_json({**found.document(), "url": url})
        return
    click.echo(url)
