"""Count the requests in flight, so that a server is stopped only after it has answered them."""

from __future__ import annotations

import threading


class InFlight:
    """Requests that a server has received and not yet answered."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    @property
    def count(self) -> int:
        """Return how many requests are in flight."""
        return self._count

    def begin(self) -> None:
        """Count a request that is sent."""
        with self._changed:
            self._count += 1

    def end(self) -> None:
        """Count a request that is answered."""
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_until_none(self, timeout_seconds: float) -> bool:
        """Return whether all requests were answered in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, timeout_seconds)
