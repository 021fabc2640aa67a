"""Compare training runs side by side: `agcdk compare RUN RUN`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.training_results import find_training
from autogluon_cli.terminal.output import print_json, print_table, short_duration, shown
from autogluon_cli.terminal.scores import metric_of, shown_score

if TYPE_CHECKING:
    from autogluon_client.executions.runs import RunRecord

_SHOWN = {"seconds": short_duration}


@click.command(cls=Command)
@click.argument("runs", metavar="RUN RUN...", nargs=-1, required=True)
@pass_invocation
def compare(invocation: Invocation, runs: tuple[str, ...]) -> None:
    """Compare training runs: what differs in their input, their metrics and their models.

    Metrics are comparable only where the runs were evaluated on the same data, which is shown.
    """
    from autogluon_client.workflows.comparison import compare_runs, read_leaderboard

    found = [find_training(invocation, name) for name in dict.fromkeys(runs)]
    boards = [read_leaderboard(invocation.connection, run) for run in found]
    facts = compare_runs(found, boards)
    if invocation.as_json:
        documents = [
            {"run": run.name, "predictor": run.predictor, **{k: v[n] for k, v in facts.items()}}
            for n, run in enumerate(found)
        ]
        print_json({"runs": documents})
        return
    print_table(
        "Training runs",
        ("", *(run.name for run in found)),
        [(name, *_cells(name, found, values)) for name, values in facts.items()],
        empty="",
    )


def _cells(name: str, runs: list[RunRecord], values: list[Any]) -> list[str]:
    """Return what is said of each run; scores are written as `show` writes them."""
    return [_cell(name, run, value) for run, value in zip(runs, values, strict=True)]


def _cell(name: str, run: RunRecord, value: Any) -> str:
    from autogluon_client.workflows.comparison import SCORE_OF

    if name in ((run.output or {}).get("metrics") or {}):
        return shown_score(name, value)
    metric = metric_of(run.output) if name.startswith(SCORE_OF) else None
    if metric is not None and isinstance(value, float):
        return shown_score(metric.name, value)
    return _SHOWN.get(name, shown)(value)
