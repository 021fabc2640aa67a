"""Find runs that trained models, and their trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_cli.framework.invocation import Invocation

if TYPE_CHECKING:
    from autogluon_client.executions.runs import RunRecord

_KINDS = {
    "batch_predict": "batch",
    "promote": "promotion",
    "drift": "drift run",
    "process": "processing run",
    "mirror_weights": "mirroring",
}


def find_training(invocation: Invocation, name: str) -> RunRecord:
    """Return a training or tuning run.

    Raises:
        RunNotFoundError: no run has this name.
        CommandError: it is of another kind, such as a batch.
    """
    from autogluon_client.executions.runs import TRAINING, find_run

    found = find_run(invocation.connection, name)
    if found.workflow in TRAINING:
        return found
    kind = _KINDS[found.workflow]
    raise CommandError(
        f"Run {found.name!r} is a {kind}, which trains no models.",
        next_command=invocation.command("runs --kind train"),
        exit_code=ExitCode.NOT_FOUND,
    )
