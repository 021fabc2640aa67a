"""The instances of a simulated endpoint: how many run, and how many are on their way."""

from __future__ import annotations

from autogluon_cli.capacity.policy import Load, Policy, Scaler


class Fleet:
    """Instances that a policy adds and removes.

    Those that are added answer, and are billed, from the moment that they are ready; those that are
    removed go at once.

    Args:
        first: how many there are at the beginning, or the nearest number within the bounds.
        start_seconds: how long an instance takes until it answers.
    """

    def __init__(self, policy: Policy, first: int, start_seconds: int) -> None:
        self._scaler = Scaler(policy)
        self._scaler.at(0)
        self.running = self._asked = self._scaler.bounded(first)
        self._start_seconds = start_seconds
        self._ready_at: float | None = None
        self._by_bounds = False

    def begin(self, second: float) -> None:
        """Let the bounds hold that have come due, and the instances answer that are ready."""
        self._scaler.at(second)
        if self._ready_at is None and (wanted := self._scaler.bounded(self._asked)) != self._asked:
            wait = self._start_seconds if wanted > self._asked else 0
            self._asked, self._ready_at, self._by_bounds = wanted, second + wait, True
        if self._ready_at is not None and second >= self._ready_at:
            before, self.running, self._ready_at = self.running, self._asked, None
            self._scaler.fulfilled(second, before, self.running, by_bounds=self._by_bounds)
            self._by_bounds = False

    def follow(self, second: float, load: Load) -> None:
        """Add or remove instances after a step that ends at `second` and did this to each."""
        changing = self._ready_at is not None
        self._set(second, self._scaler.wanted(second, self._asked, load, is_changing=changing))

    def wake(self, second: float) -> None:
        """Start the first instance, unless it is on its way."""
        if self._ready_at is None and self._asked == 0:
            self._set(second, self._scaler.bounded(1))

    def _set(self, second: float, wanted: int) -> None:
        if wanted > self._asked:
            self._asked, self._ready_at = wanted, second + self._start_seconds
        elif wanted < self._asked:
            before, self._asked, self.running = self.running, wanted, wanted
            self._scaler.fulfilled(second, before, wanted)
