"""Wait for what another thread or process brings about."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.001, 0.1


def until(look: Callable[[], T], timeout_seconds: float, what: str) -> T:
    """Return what `look` sees once that is true.

    Args:
        look: called again and again, first in quick succession, then every tenth of a second.
        what: the awaited state, for the failure's message: "the job has ended".

    Raises:
        AssertionError: it is not so after `timeout_seconds`.
    """
    deadline = time.monotonic() + timeout_seconds
    pause = _FIRST_PAUSE_SECONDS
    while not (seen := look()):
        assert time.monotonic() < deadline, f"after {timeout_seconds} s still not so: {what}"
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
    return seen
