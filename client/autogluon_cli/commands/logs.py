"""`agcdk logs RUN`: the log of a run's SageMaker job."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.framework.arguments import run_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation

if TYPE_CHECKING:
    from autogluon_client.executions.cloudwatch_logs import LogEvents
    from autogluon_client.executions.jobs import Job
    from autogluon_client.executions.runs import Run

_POLL_SECONDS = 1.0


@click.command(cls=Command)
@run_argument
@click.option("-f", "--follow", is_flag=True, help="Go on printing until the run ends.")
@pass_invocation
def logs(invocation: Invocation, run: str, follow: bool) -> None:
    """Print the log of a run's job; with --json one JSON object per line."""
    from autogluon_client.executions.cloudwatch_logs import LogEvents
    from autogluon_client.executions.jobs import Job
    from autogluon_client.executions.runs import find_run, log_groups

    found = find_run(invocation.connection, run)
    groups = log_groups(found)
    if not groups:
        raise CommandError(
            f"Run {found.name!r} is a promotion, which starts no job and so has no log.",
            next_command=f"agcdk show {found.name}",
            exit_code=ExitCode.NOT_FOUND,
        )
    # Without a slash: jobs of a batch that was shared out have numbers behind the name.
    events = LogEvents(invocation.client("logs"), groups, str(found.job_name))
    job = Job(invocation.connection, found.workflow, found.name)
    printed = 0
    for event in _until_end(events, job) if follow else events.new():
        _print(event, as_json=invocation.as_json)
        printed += 1
    if not printed:
        raise _nothing(found, job)


def _until_end(events: LogEvents, job: Job) -> Iterator[dict[str, Any]]:
    while True:
        # Asked before reading, so that the last lines are read after the end.
        ended = job.status() != "InProgress"
        yield from events.new()
        if ended:
            return
        time.sleep(_POLL_SECONDS)


def _print(event: dict[str, Any], *, as_json: bool) -> None:
    if not as_json:
        click.echo(event["message"].rstrip("\n"))
        return
    import json

    keys = ("timestamp", "logStreamName", "message")
    click.echo(json.dumps({key: event[key] for key in keys}))


def _nothing(run: Run, job: Job) -> CommandError:
    return CommandError(
        f"Run {run.name!r} ({job.status()}) has logged nothing: its job {run.job_name} has not "
        "started, or never did.",
        next_command=f"agcdk show {run.name}",
        exit_code=ExitCode.NOT_FOUND,
    )
