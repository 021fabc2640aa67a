"""Put training runs side by side: what differs in their input, their metrics and their models."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from autogluon_client.data.storage import read_bytes
from autogluon_client.environment.connection import Connection
from autogluon_client.executions.runs import RunRecord

_MOST_MODELS = 10
SCORE_OF = "score of "
"""Before a model's name, in the facts of `compare_runs`."""


def read_leaderboard(connection: Connection, run: RunRecord) -> list[dict[str, Any]]:
    """Return AutoGluon's leaderboard, the best model first; empty where the run left none."""
    uri = (run.output or {}).get("leaderboard_uri")
    if uri is None:
        return []
    text = read_bytes(connection.client("s3"), uri).decode()
    return [
        {name: _number(value) for name, value in row.items()}
        for row in csv.DictReader(io.StringIO(text))
    ]


def compare_runs(
    runs: Sequence[RunRecord], boards: Sequence[Sequence[dict[str, Any]]]
) -> dict[str, list[Any]]:
    """Return one list of values, in the order of the runs, by what they are.

    Metrics are comparable only where the runs were evaluated on the same data.

    Args:
        runs: training runs.
        boards: their leaderboards.
    """
    outputs = [run.output or {} for run in runs]
    facts: dict[str, list[Any]] = {
        "status": [run.status for run in runs],
        "seconds": [run.seconds for run in runs],
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
        {row["model"]: _first(row, "score_test", "score_val") for row in board} for board in boards
    ]
    for name in _keys(scores)[:_MOST_MODELS]:
        facts[f"{SCORE_OF}{name}"] = [found.get(name) for found in scores]
    return facts


def _keys(documents: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for document in documents for key in document))


def _first(row: dict[str, Any], *names: str) -> Any:
    """Return the first value that a model has: a model may be without a test score."""
    return next((row[name] for name in names if row.get(name, "") != ""), None)


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
