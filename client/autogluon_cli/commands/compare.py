"""Compare training runs side by side: `agcdk compare RUN RUN`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from autogluon_cli.framework.command import Command
from autogluon_cli.framework.invocation import Invocation, pass_invocation
from autogluon_cli.registry.training_results import find_training, read_leaderboard
from autogluon_cli.terminal.output import print_json, print_table, short_duration, shown

if TYPE_CHECKING:
    from autogluon_client.executions.runs import RunRecord

_MOST_MODELS = 10


@click.command(cls=Command)
@click.argument("runs", metavar="RUN RUN...", nargs=-1, required=True)
@pass_invocation
def compare(invocation: Invocation, runs: tuple[str, ...]) -> None:
    """Compare training runs: what differs in their input, their metrics and their models.

    Metrics are comparable only where the runs were evaluated on the same data, which is shown.
    """
    found = [find_training(invocation, name) for name in dict.fromkeys(runs)]
    boards = [read_leaderboard(invocation, run) for run in found]
    facts = _facts(found, boards)
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
        [(name, *map(shown, values)) for name, values in facts.items()],
        empty="",
    )


def _facts(runs: list[RunRecord], boards: list[list[dict[str, Any]]]) -> dict[str, list[Any]]:
    """Return one list of values, in the order of the runs, by what they are."""
    outputs = [run.output or {} for run in runs]
    facts: dict[str, list[Any]] = {
        "status": [run.status for run in runs],
        "took": [short_duration(run.seconds) for run in runs],
        "decision": [output.get("decision") for output in outputs],
        "best model": [output.get("best_model") for output in outputs],
        "evaluated on": [output.get("evaluated_on") for output in outputs],
    }
    for name in _keys([output.get("metrics") or {} for output in outputs]):
        facts[name] = [(output.get("metrics") or {}).get(name) for output in outputs]
    for name in _keys([run.arguments for run in runs]):
        values = [run.arguments.get(name) for run in runs]
        if any(value != values[0] for value in values):
            facts[f"input {name}"] = values
    scores = [
        {row["model"]: row.get("score_test") or row.get("score_val") for row in board}
        for board in boards
    ]
    for name in _keys(scores)[:_MOST_MODELS]:
        facts[f"score of {name}"] = [found.get(name) for found in scores]
    return facts


def _keys(documents: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for document in documents for key in document))
