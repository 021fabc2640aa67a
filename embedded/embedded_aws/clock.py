"""The clock of schedules, alarms, scaling and waits, which a test can move forward."""

from __future__ import annotations

import heapq
import itertools
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

_LONGEST_WAIT_SECONDS = 0.5
Callback = Callable[[], object]


@dataclass(order=True)
class Timer:
    """A call that the clock makes at `due` (seconds since 1970); `cancel` prevents it."""

    due: float
    _order: int
    _callback: Callback = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Prevent the call; one that has begun goes on."""
        self.cancelled = True


class Clock:
    """Shows the machine's time plus what `advance` has added.

    One thread makes the calls of all timers, in the order of their times, so they have to be short:
    work that takes longer belongs in a thread of its own. A timer that is due while the clock is
    advanced is called with the clock at that timer's time: a call every minute is made 60 times in
    an hour that takes no time.

    Args:
        report_fault: told of each exception that a timer's call raises.
    """

    def __init__(self, report_fault: Callable[[Exception], None] | None = None) -> None:
        self._report_fault = report_fault
        self._added = 0.0
        self._changed = threading.Condition()
        self._timers: list[Timer] = []
        self._numbers = itertools.count()
        self._targets: list[float] = []  # the times that running calls of `advance` wait for
        self._closed = False
        self._thread: threading.Thread | None = None

    def time(self) -> float:
        """Return the seconds since 1970."""
        return time.time() + self._added

    def now(self) -> datetime:
        """Return the time in UTC, as API responses carry it."""
        return datetime.fromtimestamp(self.time(), UTC)

    def at(self, due: float, callback: Callback) -> Timer:
        """Call `callback` at `due` (seconds since 1970), at once where that is past."""
        timer = Timer(due, next(self._numbers), callback)
        with self._changed:
            heapq.heappush(self._timers, timer)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return timer

    def after(self, seconds: float, callback: Callback) -> Timer:
        """Call `callback` in `seconds`."""
        return self.at(self.time() + seconds, callback)

    def every(self, seconds: float, callback: Callback) -> Callable[[], None]:
        """Call `callback` at each multiple of `seconds` since 1970; return what ends that."""
        ended = threading.Event()
        timers: list[Timer] = []

        def schedule_after(moment: float) -> None:
            due = (math.floor(moment / seconds) + 1) * seconds
            timers[:] = [self.at(due, lambda: call(due))]

        def call(due: float) -> None:
            if ended.is_set():
                return
            # Scheduled first: a fault of one call does not prevent the next. An hour that the
            # machine slept through is not made up for.
            schedule_after(max(due, self.time()))
            callback()

        def end() -> None:
            ended.set()
            for timer in timers:
                timer.cancel()

        schedule_after(self.time())
        return end

    def wait(self, seconds: float, ended: Callable[[], bool] = lambda: False) -> bool:
        """Block until `seconds` have passed or `ended` holds; return whether they have passed.

        `ended` is asked whenever the clock is advanced, after `wake`, and every half second.
        """
        deadline = self.time() + seconds
        with self._changed:
            while (left := deadline - self.time()) > 0:
                if ended() or self._closed:
                    return False
                self._changed.wait(min(left, _LONGEST_WAIT_SECONDS))
        return True

    def wake(self) -> None:
        """Let every `wait` ask whether it has ended."""
        with self._changed:
            self._changed.notify_all()

    def advance(self, seconds: float) -> None:
        """Move the clock forward; return when every timer that became due has been called.

        Raises:
            ValueError: `seconds` is negative or not a finite number.
            RuntimeError: called by a timer.
        """
        if not math.isfinite(seconds) or seconds < 0:
            raise ValueError(f"The clock only moves forward by a finite time, not by {seconds}.")
        if threading.current_thread() is self._thread:
            raise RuntimeError("a timer's call must not advance the clock")
        with self._changed:
            if self._thread is None:
                self._added += seconds
                self._changed.notify_all()
                return
            target = self.time() + seconds
            self._targets.append(target)
            self._changed.notify_all()
            while target in self._targets and not self._closed:
                self._changed.wait()

    def close(self) -> None:
        """Make no more calls and end every wait."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        while (timer := self._next()) is not None:
            try:
                timer._callback()
            except Exception as error:  # noqa: BLE001 - or no timer would ever be called again
                if self._report_fault is not None:
                    self._report_fault(error)

    def _next(self) -> Timer | None:
        """Return the next timer once it is due, moving the clock as far as `advance` asks."""
        with self._changed:
            while not self._closed:
                while self._timers and self._timers[0].cancelled:
                    heapq.heappop(self._timers)
                due = self._timers[0].due if self._timers else math.inf
                goal = max(self._targets, default=-math.inf)
                self._move_to(min(due, goal))
                if due <= self.time():
                    return heapq.heappop(self._timers)
                if self._targets:
                    self._targets = [target for target in self._targets if target > self.time()]
                    self._changed.notify_all()
                    continue
                self._changed.wait(None if due == math.inf else min(due - self.time(), 3600.0))
            return None

    def _move_to(self, moment: float) -> None:
        behind = moment - time.time() - self._added
        if 0 < behind < math.inf:
            self._added += behind
            self._changed.notify_all()
