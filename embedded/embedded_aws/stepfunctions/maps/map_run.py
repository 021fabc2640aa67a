"""A Map Run: starts child executions as others end, and decides when it has failed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from embedded_aws.stepfunctions.execution.execution import Execution
from embedded_aws.stepfunctions.maps.batches import ChildInput

# AWS runs up to 10,000 at once; here each is some threads of this one process.
_MOST_AT_ONCE = 64
_LOOK_AGAIN_SECONDS = 0.3
_COUNTED = {
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "timedOut",
    "ABORTED": "aborted",
}

# (its input, what to call at its end) -> a child execution that is not started yet
MakeChild = Callable[[ChildInput, Callable[[Execution], None]], Execution]


@dataclass(frozen=True)
class Tolerance:
    """The number or percentage of children that may fail; None where not set."""

    count: int | None = None
    percentage: float | None = None

    def is_exceeded(self, failed: int, total: int) -> bool:
        """Return whether a run of `total` children has failed with `failed` of them."""
        if self.count is None and self.percentage is None:
            return failed > 0
        by_count = self.count is not None and failed > self.count
        by_share = self.percentage is not None and 100 * failed > self.percentage * total
        return by_count or by_share


class MapRun:
    """Runs one child execution per input. `status`: RUNNING, SUCCEEDED, FAILED or ABORTED.

    `inputs` are in the order of the items.
    """

    def __init__(
        self,
        *,
        arn: str,
        execution_arn: str,
        machine_arn: str,
        max_concurrency: int,
        tolerance: Tolerance,
    ) -> None:
        self.arn = arn
        self.execution_arn = execution_arn
        self.machine_arn = machine_arn
        self.inputs: Sequence[ChildInput] = ()
        self.children: list[Execution] = []
        self.status = "RUNNING"
        self.started = datetime.now(UTC)
        self.stopped: datetime | None = None
        self.results_written = 0
        self._max_concurrency = max_concurrency
        self._tolerance = tolerance
        self._running: set[Execution] = set()
        self._failed = 0
        self._changed = threading.Condition()

    @property
    def pending(self) -> Sequence[ChildInput]:
        """Return the inputs for which no execution was started."""
        return self.inputs[len(self.children) :]

    def work(self, make_child: MakeChild, is_wanted: Callable[[], bool]) -> None:
        """Run until all children have ended, too many have failed, or `is_wanted` is false."""
        room = min(self._max_concurrency or _MOST_AT_ONCE, _MOST_AT_ONCE)
        for given in self.inputs:
            if not self._wait_until(lambda: len(self._running) < room, is_wanted):
                break
            child = make_child(given, self._note_end)
            with self._changed:
                self.children.append(child)
                self._running.add(child)
            child.start()
        self._wait_until(lambda: not self._running, is_wanted)
        with self._changed:
            running = list(self._running)
        # Not under the lock: a child that ends takes it.
        for child in running:
            child.stop(error=None, cause="The Map Run has ended.")
        if not is_wanted():
            self.end("ABORTED")

    def end(self, status: str) -> None:
        """Record the final status."""
        self.status, self.stopped = status, datetime.now(UTC)

    def describe(self) -> dict[str, Any]:
        """Return DescribeMapRun's answer."""
        items = self._counts(lambda given: given.items)
        executions = self._counts(lambda _given: 1)
        item = self.list_item()
        del item["stateMachineArn"]
        return {
            **item,
            "status": self.status,
            "maxConcurrency": self._max_concurrency,
            "toleratedFailureCount": self._tolerance.count or 0,
            "toleratedFailurePercentage": self._tolerance.percentage or 0.0,
            "itemCounts": items,
            "executionCounts": executions,
            "redriveCount": 0,
        }

    def list_item(self) -> dict[str, Any]:
        """Return the run's entry in ListMapRuns."""
        item = {
            "executionArn": self.execution_arn,
            "mapRunArn": self.arn,
            "stateMachineArn": self.machine_arn,
            "startDate": self.started,
            "stopDate": self.stopped,
        }
        return {key: value for key, value in item.items() if value is not None}

    @property
    def has_failed(self) -> bool:
        """Return whether more children failed than tolerated."""
        return self._tolerance.is_exceeded(self._failed, len(self.inputs))

    def _note_end(self, child: Execution) -> None:
        with self._changed:
            self._running.discard(child)
            self._failed += child.status != "SUCCEEDED"
            self._changed.notify_all()

    def _wait_until(self, condition: Callable[[], bool], is_wanted: Callable[[], bool]) -> bool:
        """Wait for the condition; returns False when the run is over first."""
        with self._changed:
            while not condition():
                if self.has_failed or not is_wanted():
                    return False
                self._changed.wait(_LOOK_AGAIN_SECONDS)
            return not self.has_failed and is_wanted()

    def _counts(self, weight: Callable[[ChildInput], int]) -> dict[str, int]:
        found: Counter[str] = Counter()
        for child, given in zip(list(self.children), self.inputs, strict=False):
            found[_COUNTED[child.status]] += weight(given)
        written = self.inputs[: self.results_written]
        return {
            **dict.fromkeys(_COUNTED.values(), 0),
            **found,
            "pending": sum(weight(given) for given in self.pending),
            "total": sum(weight(given) for given in self.inputs),
            "resultsWritten": sum(weight(given) for given in written),
        }
