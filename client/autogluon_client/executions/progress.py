"""Print the progress of a run while a call waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autogluon_client.executions.executions import wait_for_execution
from autogluon_client.executions.run import Run
from autogluon_contracts.shown.states import DOING_IN

_LIVE = 2


@dataclass
class Progress:
    """Print by verbosity: 0 nothing, 1 each run that starts, 2 and more live progress."""

    verbosity: int = _LIVE
    write: Callable[[str], None] = field(default=lambda line: print(line, flush=True))

    def say(self, line: str) -> None:
        """Print what happened."""
        if self.verbosity >= 1:
            self.write(line)

    def live(self, line: str) -> None:
        """Print how far a run is."""
        if self.verbosity >= _LIVE:
            self.write(line)


def follow(
    run: Run,
    progress: Progress,
    *,
    attach_with: str,
    detail: Callable[[], str] = lambda: "",
) -> dict[str, Any]:
    """Wait for a run, printing what it begins to do and each change of `detail`.

    Args:
        attach_with: the call that finds the run again, printed when the user interrupts.

    Returns:
        The run's output.

    Raises:
        ExecutionFailedError: it failed, timed out or was stopped.
    """
    started = time.monotonic()
    doing, shown = "starting", ""

    def show(state: str) -> None:
        nonlocal doing, shown
        doing = DOING_IN.get(state, doing)
        more = detail()
        now = f"{doing}, {more}" if more else doing
        if now != shown:
            shown = now
            progress.live(f"{run.name} [{time.monotonic() - started:5.0f} s] {now}")

    try:
        return wait_for_execution(
            run.connection.session,
            run.arn,
            show=show,
            tell=lambda sentence: progress.say(f"Note on the data: {sentence}"),
        )
    except KeyboardInterrupt:
        progress.say(f"Interrupted. {run.name} continues in AWS; find it again with {attach_with}")
        raise
