"""Join concurrent calls into one computation, from which each caller gets its own answer.

It has no thread (gunicorn may fork after the model is loaded). The first caller leads: it computes
for itself and for all callers that wait by then. Callers that arrive meanwhile wait, and the first
of them leads the next round. A caller that is alone computes at once.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from autogluon_jobs.serving.overload import ExpiredError, OverloadedError

Item = TypeVar("Item")
Result = TypeVar("Result")

Compute = Callable[[Sequence[Item]], Sequence["Result | Exception"]]
"""Computes for several items; an exception in the place of a result is that item's alone."""


@dataclass(frozen=True)
class BatchLimits:
    """How far calls are joined.

    Attributes:
        max_rows: rows computed together; one item of more rows is computed alone.
        max_wait_seconds: how long a leader waits for requests that are still being read.
        max_waiting: requests that may be read or wait at once; further ones are refused.
    """

    max_rows: int
    max_wait_seconds: float
    max_waiting: int


@dataclass
class _Call(Generic[Item, Result]):
    item: Item
    rows: int
    deadline: float
    woken: threading.Event = field(default_factory=threading.Event)
    outcome: Result | Exception = field(default_factory=lambda: RuntimeError("never computed"))
    leads: bool = False


class Ticket:
    """An admitted request; counts as "being read" until it waits for its turn."""

    def __init__(self) -> None:
        self.reading = True


class Batcher(Generic[Item, Result]):
    """Joins concurrent calls of `predict`.

    Args:
        compute: see `Compute`; runs in one thread at a time.
        limits: how far calls are joined.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        compute: Compute[Item, Result],
        limits: BatchLimits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._compute = compute
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._queue: deque[_Call[Item, Result]] = deque()
        self._reading = 0
        self._led = False

    @contextmanager
    def admit(self) -> Iterator[Ticket]:
        """Let a request in before anything is spent on it.

        Raises:
            OverloadedError: as many as allowed are being read or wait already.
        """
        ticket = Ticket()
        with self._lock:
            if self._reading + len(self._queue) >= self._limits.max_waiting:
                raise OverloadedError(self._limits.max_waiting)
            self._reading += 1
        try:
            yield ticket
        finally:
            with self._lock:
                self._stop_reading(ticket)

    def predict(self, item: Item, rows: int, deadline: float, ticket: Ticket) -> Result:
        """Compute for one item, together with those that wait.

        Args:
            item: what to compute for.
            rows: how much it counts against `max_rows`.
            deadline: the clock's time after which the caller no longer waits for the answer.
            ticket: of the request's admission.

        Raises:
            ExpiredError: the deadline passed before the turn came.
            Exception: whatever computing for this item raised.
        """
        call: _Call[Item, Result] = _Call(item, rows, deadline)
        with self._lock:
            self._queue.append(call)
            self._stop_reading(ticket)
            call.leads, self._led = not self._led, True
        if not call.leads:
            call.woken.wait()
        if call.leads:
            self._lead()
        if isinstance(call.outcome, Exception):
            raise call.outcome
        return call.outcome

    def _stop_reading(self, ticket: Ticket) -> None:
        if ticket.reading:
            ticket.reading = False
            self._reading -= 1
            self._arrived.notify()

    def _lead(self) -> None:
        """Compute for the head of the queue, which includes this caller, and hand over."""
        calls: list[_Call[Item, Result]] = []
        try:
            with self._lock:
                self._wait_for_company()
                calls = self._take()
            self._compute_for(calls)
        finally:
            with self._lock:
                self._hand_over()
            for call in calls:
                call.leads = False
                call.woken.set()

    def _wait_for_company(self) -> None:
        end = self._clock() + self._limits.max_wait_seconds
        while self._reading and sum(call.rows for call in self._queue) < self._limits.max_rows:
            left = end - self._clock()
            if left <= 0 or not self._arrived.wait(left):
                return

    def _take(self) -> list[_Call[Item, Result]]:
        taken: list[_Call[Item, Result]] = []
        rows = 0
        while self._queue and (not taken or rows + self._queue[0].rows <= self._limits.max_rows):
            call = self._queue.popleft()
            taken.append(call)
            rows += call.rows
        return taken

    def _compute_for(self, calls: Sequence[_Call[Item, Result]]) -> None:
        now = self._clock()
        timely = [call for call in calls if call.deadline > now]
        for call in calls:
            if call.deadline <= now:
                call.outcome = ExpiredError(now - call.deadline)
        try:
            outcomes = self._compute([call.item for call in timely]) if timely else []
            for call, outcome in zip(timely, outcomes, strict=True):
                call.outcome = outcome
        except Exception as error:  # noqa: BLE001 - its caller has to learn of it
            if len(timely) == 1:
                timely[0].outcome = error
                return
            for call in timely:  # one of them is to blame; the others get their answers
                self._compute_for([call])

    def _hand_over(self) -> None:
        if not self._queue:
            self._led = False
            return
        heir = self._queue[0]
        heir.leads = True
        heir.woken.set()
