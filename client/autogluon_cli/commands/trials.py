"""List the trials of a tuning run: `agcdk trials RUN`."""

from __future__ import annotations

from pathlib import Path

import click

from autogluon_cli.framework.arguments import run_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.terminal.output import print_json, print_table
from autogluon_cli.terminal.scores import objective_of, scores_title
from autogluon_contracts.jobs.log_lines import OBJECTIVE
from autogluon_contracts.shown.scores import ShownMetric
from autogluon_contracts.shown.short_paths import short_paths

_LEFT_OUT = ("started", "ended", "failure")


@click.command(cls=Command)
@run_argument
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file to write, with times and failures.",
)
@pass_invocation
def trials(invocation: Invocation, run: str, output: Path | None) -> None:
    """List the trials of a tuning run in the order of their start, one row each."""
    from autogluon_client.data.storage import download
    from autogluon_client.executions.runs import find_run
    from autogluon_client.workflows.trials import read_trials, trials_uri

    found = find_run(invocation.connection, run, workflows=("tune",))
    rows = read_trials(invocation.connection, found.predictor, found.arn)
    if not rows:
        raise CommandError(
            f"Run {found.name!r} has no table of trials: its status is {found.status}.",
            next_command=invocation.command(f"show {found.name}"),
            exit_code=ExitCode.NOT_FOUND,
        )
    if output is not None:
        uri = trials_uri(invocation.connection, found.predictor, found.arn)
        download(invocation.client("s3"), uri, output)
    if invocation.as_json:
        print_json({"run": found.name, "predictor": found.predictor, "trials": rows})
    elif output is not None:
        click.echo(f"Wrote {output} ({len(rows)} trials).")
    else:
        metric = objective_of(invocation, found.predictor, found.output)
        _print(found.name, rows, metric)


def _print(run: str, rows: list[dict[str, object]], metric: ShownMetric | None) -> None:
    columns = [name for name in rows[0] if name not in _LEFT_OUT]
    print_table(
        scores_title(f"Trials of {run}", metric),
        # The CSV file has whole paths.
        short_paths(columns),
        [
            tuple(
                metric.shown(row[name]) if metric and name == OBJECTIVE else row[name]
                for name in columns
            )
            for row in rows
        ],
        empty="",
    )
