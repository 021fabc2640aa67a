"""Print the log of a run's jobs, or of an endpoint: `agcdk logs RUN`."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import click

from autogluon_cli.framework.arguments import served_predictor
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.endpoint_log import endpoint_log, log_of_promotion
from autogluon_cli.registry.own_lines import OwnLines

_POLL_SECONDS = 1.0
_HOUR_SECONDS = 3600.0


@click.command(cls=Command)
@click.argument("run", metavar="[RUN]", required=False)
@click.option("--endpoint", metavar="PREDICTOR", help="Print the log of PREDICTOR's endpoint.")
@click.option("-f", "--follow", is_flag=True, help="Keep printing until the run ends, or Ctrl-C.")
@click.option(
    "--all",
    "with_preamble",
    is_flag=True,
    help="Also print what the platform logs first.",
)
@click.option(
    "--tail", type=click.IntRange(min=1), metavar="NUMBER", help="Begin with the last lines only."
)
@pass_invocation
def logs(
    invocation: Invocation,
    run: str | None,
    endpoint: str | None,
    follow: bool,
    with_preamble: bool,
    tail: int | None,
) -> None:
    """Print the log of a run's SageMaker jobs; with --json one object per line.

    A training run's log begins with its own first line. Of a promotion, the log is what the
    endpoint's containers logged meanwhile; with --endpoint, what they logged in the last hour.
    """
    if (run is None) == (endpoint is None):
        given = "both" if run else "neither"
        raise CommandError(
            f"A log is of a RUN or of an --endpoint; {given} was given.",
            next_command=invocation.command("runs"),
        )
    source = _Endpoint(invocation, endpoint) if endpoint else _Run(invocation, str(run))
    printed = 0
    own = None if with_preamble or not source.has_preamble else OwnLines()
    for event in _events(source, own, follow=follow, tail=tail):
        _print(event, as_json=invocation.as_json)
        printed += 1
    if not printed:
        raise source.nothing()


class _Run:
    """The log of one run."""

    @property
    def has_preamble(self) -> bool:
        from autogluon_client.executions.runs import TRAINING

        return self._found.workflow in TRAINING

    def __init__(self, invocation: Invocation, name: str) -> None:
        from autogluon_client.executions.cloudwatch_logs import LogEvents
        from autogluon_client.executions.run import Run
        from autogluon_client.executions.runs import find_run, log_groups

        self._found = find_run(invocation.connection, name)
        self._run = Run(invocation.connection, self._found.workflow, self._found.name)
        if self._found.workflow == "promote":
            self.events = log_of_promotion(invocation, self._found)
        else:
            # Without a slash: a batch that is split into jobs numbers them behind the name.
            groups = log_groups(self._found)
            self.events = LogEvents(invocation.client("logs"), groups, str(self._found.job_name))

    def has_ended(self) -> bool:
        return self._run.status() != "InProgress"

    def nothing(self) -> CommandError:
        why = f"its job {self._found.job_name} has not started, or never will"
        if self._found.workflow == "promote":
            why = "no container of its endpoint logged anything meanwhile"
        return CommandError(
            f"Run {self._run.name!r} ({self._run.status()}) has no log: {why}.",
            next_command=f"agcdk show {self._run.name}",
            exit_code=ExitCode.NOT_FOUND,
        )


class _Endpoint:
    """The log of the last hour of a predictor's endpoint."""

    has_preamble = False

    def __init__(self, invocation: Invocation, predictor: str) -> None:
        served_predictor(invocation, predictor)
        self._invocation, self._predictor = invocation, predictor
        self.events = endpoint_log(invocation, predictor, since=time.time() - _HOUR_SECONDS)

    def has_ended(self) -> bool:
        return False

    def nothing(self) -> CommandError:
        return CommandError(
            f"The endpoint of {self._predictor!r} has logged nothing in the last hour.",
            next_command=self._invocation.command("endpoints"),
            exit_code=ExitCode.NOT_FOUND,
        )


def _events(
    source: _Run | _Endpoint, own: OwnLines | None, *, follow: bool, tail: int | None
) -> Iterator[dict[str, Any]]:
    """Yield the events so far, and with `follow` those that come until the source has ended."""
    # The status comes first, so that the last lines are read after the end.
    ended = source.has_ended() if follow else True
    yield from _last(_new(source, own, ended=ended), tail)
    while not ended:
        time.sleep(_POLL_SECONDS)
        ended = source.has_ended()
        yield from _new(source, own, ended=ended)


def _new(
    source: _Run | _Endpoint, own: OwnLines | None, *, ended: bool
) -> Iterable[dict[str, Any]]:
    events = source.events.new()
    if own is None:
        return events
    return [*own.of(events), *(own.rest() if ended else [])]


def _last(events: Iterable[dict[str, Any]], tail: int | None) -> Iterable[dict[str, Any]]:
    return events if tail is None else deque(events, maxlen=tail)


def _print(event: dict[str, Any], *, as_json: bool) -> None:
    if not as_json:
        click.echo(event["message"].rstrip("\n"))
        return
    import json

    keys = ("timestamp", "logStreamName", "message")
    click.echo(json.dumps({key: event[key] for key in keys}))
