"""How target tracking follows traffic, as AWS describes it.

Sources: the user guide of Application Auto Scaling ("How target tracking scaling works", "Define
cooldown periods"). Three periods above the target scale out; 15 minutes below 90 % of it scale in;
with several targets the largest proposal counts, and all must allow a scale-in. A change that is
not fulfilled yet holds up the next one. The embedded AWS follows the same rules; a test compares
them.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from autogluon_cli.capacity.traffic import STEP_SECONDS

INVOCATIONS = "target_invocations_per_instance"
CONCURRENCY = "target_concurrent_requests_per_instance"
CPU = "target_cpu_percent"
_PERIODS = {INVOCATIONS: 60, CONCURRENCY: STEP_SECONDS, CPU: 60}
_HIGH_PERIODS, _LOW_SECONDS, _LOW_SHARE = 3, 15 * 60, 0.9


@dataclass(frozen=True)
class Policy:
    """Bounds and targets of an endpoint's scaling; without targets, the number stays.

    `targets` maps names of the settings' `autoscaling` to values.
    """

    fewest: int
    most: int
    targets: Mapping[str, float] = field(default_factory=dict)
    scale_in_cooldown: int = 300
    scale_out_cooldown: int = 60


@dataclass(frozen=True)
class Load:
    """What one step did to each instance: the values that targets are compared with."""

    invocations: float
    """Requests that reached it in the step."""
    concurrent: float
    """Requests in progress at the step's end."""
    busy: float
    """Share of its time that it computed, 0 to 1."""


class _Metric:
    """One target's metric, period by period."""

    def __init__(self, name: str, target: float) -> None:
        self.target = target
        self._name = name
        self._steps: list[Load] = []
        self._per_period = _PERIODS[name] // STEP_SECONDS
        self._low_periods = _LOW_SECONDS // _PERIODS[name]
        self._values: deque[float] = deque(maxlen=self._low_periods)

    def add(self, load: Load) -> bool:
        """Add a step; returns whether it completes a period."""
        self._steps.append(load)
        if len(self._steps) < self._per_period:
            return False
        self._values.append(self._value())
        self._steps = []
        return True

    def _value(self) -> float:
        if self._name == INVOCATIONS:
            return sum(step.invocations for step in self._steps)
        if self._name == CONCURRENCY:
            return max(step.concurrent for step in self._steps)
        return 100 * sum(step.busy for step in self._steps) / len(self._steps)

    @property
    def newest(self) -> float:
        return self._values[-1]

    @property
    def is_high(self) -> bool:
        last = list(self._values)[-_HIGH_PERIODS:]
        return len(last) == _HIGH_PERIODS and min(last) > self.target

    @property
    def is_low(self) -> bool:
        is_full = len(self._values) == self._low_periods
        return is_full and max(self._values) < _LOW_SHARE * self.target

    def proposed(self, capacity: int) -> int:
        """Return the least capacity at which a proportional metric is at or below its target."""
        return math.ceil(round(capacity * self.newest / self.target, 9))


class Scaler:
    """Watches the load and says how many instances there are to be."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._metrics = [_Metric(name, target) for name, target in policy.targets.items()]
        self._out_until = self._in_until = -math.inf
        self._out_base = 0

    def wanted(self, second: float, capacity: int, load: Load, *, is_changing: bool) -> int:
        """Return the capacity wanted after a step.

        Args:
            capacity: instances that were asked for last.
            is_changing: whether they are not all there yet.
        """
        ended = [metric for metric in self._metrics if metric.add(load)]
        if is_changing or not ended:
            return capacity
        high = [metric for metric in ended if metric.is_high]
        if high:
            return self._bounded(max(self._out(metric, second, capacity) for metric in high))
        if second < self._in_until or not all(metric.is_low for metric in self._metrics):
            return capacity
        least = max(metric.proposed(capacity) for metric in self._metrics)
        return self._bounded(min(capacity, least))

    def _out(self, metric: _Metric, second: float, capacity: int) -> int:
        # "The capacity added by the initiating scale-out event is calculated as part of the desired
        # capacity for the next scale-out": during a cooldown, only a larger one goes on.
        base = self._out_base if second < self._out_until else capacity
        return max(capacity, metric.proposed(base))

    def fulfilled(self, second: float, before: int, after: int) -> None:
        """Begin a cooldown: a change is there."""
        if after > before:
            self._out_until, self._out_base = second + self._policy.scale_out_cooldown, before
            self._in_until = -math.inf
        else:
            self._in_until = second + self._policy.scale_in_cooldown

    def _bounded(self, capacity: int) -> int:
        return max(self._policy.fewest, min(self._policy.most, capacity))
