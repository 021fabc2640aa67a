"""Counts the requests a server is answering: it is only stopped once it answered them."""

from __future__ import annotations

import threading


class InFlight:
    """Requests that were given to a server and have not come back."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def begin(self) -> None:
        """A request was given out."""
        with self._changed:
            self._count += 1

    def end(self) -> None:
        """A request came back."""
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_until_none(self, timeout_seconds: float) -> bool:
        """Whether all came back in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, timeout_seconds)
