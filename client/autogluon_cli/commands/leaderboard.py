"""List the models that a training run trained: `agcdk leaderboard RUN`."""

from __future__ import annotations

import click

from autogluon_cli.framework.arguments import run_argument
from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.training_results import find_training
from autogluon_cli.terminal.output import print_json, print_table
from autogluon_cli.terminal.scores import metric_of, scores_title, shown_board

_COLUMNS = ("model", "score_test", "score_val", "pred_time_test", "pred_time_val", "fit_time")


@click.command(cls=Command)
@run_argument
@pass_invocation
def leaderboard(invocation: Invocation, run: str) -> None:
    """List all models of a training run, the best first; --json has all columns.

    Errors are positive; --json has AutoGluon's sign, where higher is better. Times are in seconds.
    """
    from autogluon_client.workflows.comparison import read_leaderboard

    found = find_training(invocation, run)
    rows = read_leaderboard(invocation.connection, found)
    if invocation.as_json:
        print_json({"run": found.name, "predictor": found.predictor, "leaderboard": rows})
        return
    columns = [name for name in _COLUMNS if any(row.get(name, "") != "" for row in rows)]
    metric = metric_of(found.output)
    print_table(
        scores_title(f"Models of {found.name}", metric),
        columns,
        [tuple(row[name] for name in columns) for row in shown_board(rows, metric)],
        empty=f"Run {found.name!r} has no leaderboard.",
    )
