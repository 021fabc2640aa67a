"""Print the log of a run's SageMaker jobs: `agcdk logs RUN`."""

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
    from autogluon_client.executions.run import Run
    from autogluon_client.executions.runs import RunRecord

_POLL_SECONDS = 1.0


@click.command(cls=Command)
@run_argument
@click.option("-f", "--follow", is_flag=True, help="Keep printing until the run ends.")
@pass_invocation
def logs(invocation: Invocation, run: str, follow: bool) -> None:
    """Print the log of a run's SageMaker jobs; with --json one object per line."""
    from autogluon_client.executions.cloudwatch_logs import LogEvents
    from autogluon_client.executions.run import Run
    from autogluon_client.executions.runs import find_run, log_groups

    found = find_run(invocation.connection, run)
    groups = log_groups(found)
    if not groups:
        raise CommandError(
            f"Run {found.name!r} is a promotion, which has no job and therefore no log.",
            next_command=f"agcdk show {found.name}",
            exit_code=ExitCode.NOT_FOUND,
        )
    # Without a slash: a batch that is split into jobs numbers them behind the name.
    events = LogEvents(invocation.client("logs"), groups, str(found.job_name))
    handle = Run(invocation.connection, found.workflow, found.name)
    printed = 0
    for event in _until_end(events, handle) if follow else events.new():
        _print(event, as_json=invocation.as_json)
        printed += 1
    if not printed:
        raise _nothing(found, handle)


def _until_end(events: LogEvents, run: Run) -> Iterator[dict[str, Any]]:
    while True:
        # The status comes first, so that the last lines are read after the end.
        ended = run.status() != "InProgress"
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


def _nothing(found: RunRecord, run: Run) -> CommandError:
    return CommandError(
        f"Run {run.name!r} ({run.status()}) has no log: its job {found.job_name} has not started, "
        "or never will.",
        next_command=f"agcdk show {run.name}",
        exit_code=ExitCode.NOT_FOUND,
    )
