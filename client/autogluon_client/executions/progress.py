"""What a waiting call prints."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autogluon_client.executions.executions import wait_for_execution
from autogluon_client.executions.jobs import Job

_LIVE = 2
# Quick for what is over in seconds, easy on AWS's request quotas for what takes hours.
_FIRST_POLL_SECONDS, _LONGEST_POLL_SECONDS = 0.5, 5.0


@dataclass
class Progress:
    """Prints by verbosity: 0 nothing, 1 what was started and made, 2 and more live progress."""

    verbosity: int = _LIVE
    write: Callable[[str], None] = field(default=lambda line: print(line, flush=True))

    def say(self, line: str) -> None:
        """Something that happened."""
        if self.verbosity >= 1:
            self.write(line)

    def live(self, line: str) -> None:
        """How far something is."""
        if self.verbosity >= _LIVE:
            self.write(line)


def watch(session: Any, execution_arn: str, show: Callable[[str], None]) -> dict[str, Any]:
    """Wait for an execution.

    Args:
        show: called at every poll with the name of the state it is in, empty before the first.

    Returns:
        The execution's output.

    Raises:
        ExecutionFailedError: it failed, timed out or was stopped.
    """
    state = ""

    def entered(name: str) -> None:
        nonlocal state
        state = name
        show(state)

    return wait_for_execution(
        session,
        execution_arn,
        on_state=entered,
        while_waiting=lambda: show(state),
        poll_seconds=_FIRST_POLL_SECONDS,
        longest_poll_seconds=_LONGEST_POLL_SECONDS,
    )


def follow(
    job: Job,
    progress: Progress,
    *,
    attach_with: str,
    detail: Callable[[], str] = lambda: "",
) -> dict[str, Any]:
    """`watch` a job, printing each state it enters and each change of `detail`.

    Args:
        attach_with: the call that finds the job again, printed when the user interrupts.
    """
    started = time.monotonic()
    shown = ""

    def show(state: str) -> None:
        nonlocal shown
        now = f"{state or 'starting'} {detail()}".rstrip()
        if now != shown:
            shown = now
            progress.live(f"{job.name} [{time.monotonic() - started:5.0f} s] {now}")

    try:
        return watch(job.connection.session, job.arn, show)
    except KeyboardInterrupt:
        progress.say(f"{job.name} goes on without this process; find it again with {attach_with}")
        raise
