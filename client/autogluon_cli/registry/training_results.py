"""Read what a training run left: its models and their scores."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation

if TYPE_CHECKING:
    from autogluon_client.executions.runs import RunRecord


def find_training(invocation: Invocation, name: str) -> RunRecord:
    """Return a training run.

    Raises:
        RunNotFoundError: no run has this name.
        CommandError: it is a batch or a promotion.
    """
    from autogluon_client.executions.runs import find_run

    found = find_run(invocation.connection, name)
    if found.workflow == "train":
        return found
    kind = "batch" if found.workflow == "batch_predict" else "promotion"
    raise CommandError(
        f"Run {found.name!r} is a {kind}, which trains no models.",
        next_command=invocation.command("runs --kind train"),
        exit_code=ExitCode.NOT_FOUND,
    )


def read_leaderboard(invocation: Invocation, run: RunRecord) -> list[dict[str, Any]]:
    """Return AutoGluon's leaderboard, the best model first; empty where the run left none."""
    uri = (run.output or {}).get("leaderboard_uri")
    if uri is None:
        return []
    from autogluon_client.data.storage import read_bytes

    text = read_bytes(invocation.client("s3"), uri).decode()
    return [
        {name: _number(value) for name, value in row.items()}
        for row in csv.DictReader(io.StringIO(text))
    ]


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
