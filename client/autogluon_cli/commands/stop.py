"""`agcdk stop RUN`: end a run and the job it started."""

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
    """Stop a run; its SageMaker job is stopped by Step Functions."""
    from autogluon_client.executions.runs import find_run

    found = find_run(invocation.connection, run)
    if found.status != "InProgress":
        raise CommandError(
            f"Run {found.name!r} has ended already ({found.status}).",
            next_command=f"agcdk show {found.name}",
        )
    if found.workflow == "promote":
        raise CommandError(
            f"Run {found.name!r} is a promotion, which must not stop half-way: the endpoint's "
            "stack would go on while nobody verifies it.",
            next_command=f"agcdk show {found.name}",
        )
    invocation.client("stepfunctions").stop_execution(
        executionArn=found.arn, error="Stopped", cause="stopped by agcdk stop"
    )
    if invocation.as_json:
        print_json({"name": found.name, "status": "Stopped", "job_name": found.job_name})
    else:
        click.echo(f"Stopped {found.name}.")
