"""What a waiting call prints."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autogluon_client.executions import wait_for_execution
from autogluon_client.jobs import Job

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


def follow(
    job: Job,
    progress: Progress,
    *,
    attach_with: str,
    detail: Callable[[], str] = lambda: "",
) -> dict[str, Any]:
    """Wait for a job, printing each state it enters and each change of `detail`.

    Args:
        attach_with: the call that finds the job again, printed when the user interrupts.

    Returns:
        The execution's output.

    Raises:
        ExecutionFailedError: it failed, timed out or was stopped.
    """
    reporter = _Reporter(job.name, progress, detail)
    try:
        return wait_for_execution(
            job.connection.session,
            job.arn,
            on_state=reporter.entered,
            while_waiting=reporter.report,
            poll_seconds=_FIRST_POLL_SECONDS,
            longest_poll_seconds=_LONGEST_POLL_SECONDS,
        )
    except KeyboardInterrupt:
        progress.say(f"{job.name} goes on without this process; find it again with {attach_with}")
        raise


class _Reporter:
    def __init__(self, name: str, progress: Progress, detail: Callable[[], str]) -> None:
        self._name, self._progress, self._detail = name, progress, detail
        self._started = time.monotonic()
        self._state = "starting"
        self._shown = ""

    def entered(self, state: str) -> None:
        self._state = state
        self.report()

    def report(self) -> None:
        now = f"{self._state} {self._detail()}".rstrip()
        if now != self._shown:
            self._shown = now
            seconds = time.monotonic() - self._started
            self._progress.live(f"{self._name} [{seconds:5.0f} s] {now}")
