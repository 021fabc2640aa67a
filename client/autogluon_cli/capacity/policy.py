"""How target tracking and step scaling follow traffic, as AWS describes it.

Sources: the user guide of Application Auto Scaling ("How target tracking scaling works", "How step
scaling works", "Define cooldown periods"). Three periods above the target scale out; 15 minutes
below 90 % of it scale in; with several targets the largest proposal counts, and all must allow a
scale-in. Steps have thresholds and minutes of their own. A change that is not fulfilled yet holds
up the next one. Scheduled actions set other bounds, into which the capacity is brought at once. The
embedded AWS follows the same rules; a test compares them.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autogluon_cli.capacity.traffic import STEP_SECONDS

INVOCATIONS = "target_invocations_per_instance"
CONCURRENCY = "target_concurrent_requests_per_instance"
CPU = "target_cpu_percent"
BACKLOG = "target_backlog_per_instance"
_PERIODS = {INVOCATIONS: 60, CONCURRENCY: STEP_SECONDS, CPU: 60, BACKLOG: 60}
_HIGH_PERIODS, _LOW_SECONDS, _LOW_SHARE = 3, 15 * 60, 0.9


@dataclass(frozen=True)
class Steps:
    """Step scaling by one metric.

    Attributes:
        metric: the name of the target with the same metric.
        out: thresholds at or above which instances are added, ascending, with their number.
        into: thresholds at or below which instances are removed, descending, with their number.
        out_minutes: minutes in a row for which the first threshold of `out` has to hold.
        in_minutes: likewise of `into`.
    """

    metric: str
    out: Sequence[tuple[float, int]]
    into: Sequence[tuple[float, int]]
    out_minutes: int
    in_minutes: int


@dataclass(frozen=True)
class Policy:
    """Bounds, targets and steps of an endpoint's scaling; without both, the number stays.

    `targets` maps names of the settings' `autoscaling` to values. `later` are other bounds, each
    from a second of the simulation on, in the order of time.
    """

    fewest: int
    most: int
    targets: Mapping[str, float] = field(default_factory=dict)
    scale_in_cooldown: int = 300
    scale_out_cooldown: int = 60
    steps: Steps | None = None
    later: Sequence[tuple[float, int, int]] = ()


@dataclass(frozen=True)
class Load:
    """What one step did to each instance: the values that targets are compared with."""

    invocations: float
    """Requests that reached it in the step."""
    concurrent: float
    """Requests in progress at the step's end."""
    busy: float
    """Share of its time that it computed, 0 to 1."""
    backlog: float = 0
    """Requests of an asynchronous endpoint that waited or were in progress at the step's end."""


class _Metric:
    """A metric, period by period."""

    def __init__(self, name: str, period_seconds: int, kept: int) -> None:
        self._name = name
        self._steps: list[Load] = []
        self._per_period = period_seconds // STEP_SECONDS
        self._values: deque[float] = deque(maxlen=kept)

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
        if self._name == BACKLOG:
            return sum(step.backlog for step in self._steps) / len(self._steps)
        return 100 * sum(step.busy for step in self._steps) / len(self._steps)

    @property
    def newest(self) -> float:
        return self._values[-1]

    def last(self, periods: int) -> Sequence[float]:
        """Return the newest values; empty while there are fewer."""
        values = list(self._values)[-periods:]
        return values if len(values) == periods else ()


class _Tracked(_Metric):
    """What a target is compared with."""

    def __init__(self, name: str, target: float) -> None:
        self._target = target
        self._low_periods = _LOW_SECONDS // _PERIODS[name]
        super().__init__(name, _PERIODS[name], self._low_periods)

    @property
    def is_high(self) -> bool:
        last = self.last(_HIGH_PERIODS)
        return bool(last) and min(last) > self._target

    @property
    def is_low(self) -> bool:
        last = self.last(self._low_periods)
        return bool(last) and max(last) < _LOW_SHARE * self._target

    def more(self, capacity: int) -> int:
        """Return the least capacity at which a proportional metric is at or below its target."""
        return math.ceil(round(capacity * self.newest / self._target, 9))

    fewer = more


class _Stepped(_Metric):
    """What steps are chosen by."""

    def __init__(self, steps: Steps) -> None:
        self._by = steps
        super().__init__(steps.metric, 60, max(steps.out_minutes, steps.in_minutes))

    @property
    def is_high(self) -> bool:
        last = self.last(self._by.out_minutes)
        return bool(last) and min(last) >= self._by.out[0][0]

    @property
    def is_low(self) -> bool:
        last = self.last(self._by.in_minutes)
        return bool(last) and max(last) <= self._by.into[0][0]

    def more(self, capacity: int) -> int:
        """Return the capacity with the instances that the step reached adds."""
        return capacity + [add for bound, add in self._by.out if self.newest >= bound][-1]

    def fewer(self, capacity: int) -> int:
        """Return the capacity without the instances that the step reached removes."""
        return capacity - [away for bound, away in self._by.into if self.newest <= bound][-1]


class Scaler:
    """Watches the load and says how many instances there are to be."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._fewest, self._most = policy.fewest, policy.most
        self._later = deque(policy.later)
        self._tracked = [_Tracked(name, target) for name, target in policy.targets.items()]
        self._stepped = [_Stepped(policy.steps)] if policy.steps is not None else []
        self._out_until = self._in_until = -math.inf
        self._out_base = 0

    def wanted(self, second: float, capacity: int, load: Load, *, is_changing: bool) -> int:
        """Return the capacity wanted after a step.

        Args:
            capacity: instances that were asked for last.
            is_changing: whether they are not all there yet.
        """
        metrics: Sequence[_Tracked | _Stepped] = (*self._tracked, *self._stepped)
        ended = [each for each in metrics if each.add(load)]
        if is_changing or not ended:
            return capacity
        high = [each for each in ended if each.is_high]
        if high:
            return self.bounded(max(self._out(each, second, capacity) for each in high))
        low = self._low()
        if second < self._in_until or not low:
            return capacity
        return self.bounded(min(capacity, max(each.fewer(capacity) for each in low)))

    def _low(self) -> Sequence[_Tracked | _Stepped]:
        """Return the metrics that allow fewer instances: of targets, all have to."""
        tracked = self._tracked if all(each.is_low for each in self._tracked) else []
        return [*tracked, *(each for each in self._stepped if each.is_low)]

    def _out(self, metric: _Tracked | _Stepped, second: float, capacity: int) -> int:
        # "The capacity added by the initiating scale-out event is calculated as part of the desired
        # capacity for the next scale-out": during a cooldown, only a larger one goes on.
        base = self._out_base if second < self._out_until else capacity
        return max(capacity, metric.more(base))

    def fulfilled(self, second: float, before: int, after: int, *, by_bounds: bool = False) -> None:
        """Begin a cooldown: a change is there. One by bounds has none."""
        if after > before:
            wait = 0 if by_bounds else self._policy.scale_out_cooldown
            self._out_until, self._out_base = second + wait, before
            self._in_until = -math.inf
        else:
            self._in_until = second + (0 if by_bounds else self._policy.scale_in_cooldown)

    def at(self, second: float) -> None:
        """Let the bounds hold that have come due."""
        while self._later and self._later[0][0] <= second:
            _, self._fewest, self._most = self._later.popleft()

    def bounded(self, capacity: int) -> int:
        """Return the nearest capacity within the bounds that hold."""
        return max(self._fewest, min(self._most, capacity))
