"""Stop a run and its SageMaker job: `agcdk stop RUN`."""

from __future__ import annotations

import click

from autogluon_cli.framework.arguments import run_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json


@click.command(cls=Command)
@run_argument
@pass_invocation
def stop(invocation: Invocation, run: str) -> None:
    """Stop a run; Step Functions stops its SageMaker job."""
    from autogluon_client.executions.runs import find_run

    found = find_run(invocation.connection, run)
    if found.status != "InProgress":
        raise CommandError(
            f"Run {found.name!r} has already ended ({found.status}).",
            next_command=f"agcdk show {found.name}",
        )
    if found.workflow == "promote":
        raise CommandError(
            f"Run {found.name!r} is a promotion, which cannot stop half-way: CloudFormation would "
            "go on updating the endpoint without verification.",
            next_command=f"agcdk show {found.name}",
        )
    found.handle(invocation.connection).stop("Stopped by agcdk stop.")
    if invocation.as_json:
        print_json({"name": found.name, "status": "Stopped", "job_name": found.job_name})
    else:
        click.echo(f"Stopped {found.name}.")
