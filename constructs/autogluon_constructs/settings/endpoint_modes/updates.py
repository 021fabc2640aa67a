"""Define how an update of an endpoint on instances moves its requests to the new ones.

Meaning and bounds: SageMaker API Reference, BlueGreenUpdatePolicy, TrafficRoutingConfig and
RollingUpdatePolicy.
"""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field

from autogluon_constructs.settings.fields import as_tuple, refuse
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.defaults import LONGEST_UPDATE_SECONDS

_LONGEST_PAUSE_SECONDS = 3600
_MOST_ALARMS = 10  # API reference, AutoRollbackConfig
# CloudWatch guide, "Using Amazon CloudWatch alarms": one of more than 60 seconds is evaluated each
# minute.
_LEAST_WATCHED_SECONDS = 60

AlarmNames = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^*?]+$")], ...],
    Field(min_length=1, max_length=_MOST_ALARMS),
    BeforeValidator(as_tuple),
]
Pause = Annotated[int, Field(ge=0, le=_LONGEST_PAUSE_SECONDS)]


class Update(Section):
    """What all strategies have; `rollback_alarms` undo an update while it is going on."""

    timeout_seconds: int | None = Field(default=None, ge=600, le=28_800)
    """How long the update may take, after which it is undone; without it, SageMaker's limit."""
    rollback_alarms: bool | AlarmNames = False
    """Alarms that undo the update: true for those that `alarms` makes on server errors, latency and
    overhead, or names of CloudWatch alarms of yours."""

    step_keys: ClassVar[tuple[str, str] | None] = None
    """The keys of a step's size, in percent and in instances; None where all move at once."""
    least_percent: ClassVar[int] = 0
    """The smallest step that SageMaker takes, in percent of the instances."""

    @property
    def is_watched(self) -> bool:
        """Return whether alarms undo it."""
        return self.rollback_alarms is not False

    @property
    def named_alarms(self) -> tuple[str, ...]:
        """Return the alarms of one's own that undo it."""
        return () if isinstance(self.rollback_alarms, bool) else self.rollback_alarms

    @property
    def step(self) -> tuple[Literal["CAPACITY_PERCENT", "INSTANCE_COUNT"], int] | None:
        """Return a step's size as SageMaker takes it; None where all requests move at once."""
        if self.step_keys is None:
            return None
        percent, count = (getattr(self, key) for key in self.step_keys)
        return ("CAPACITY_PERCENT", percent) if count is None else ("INSTANCE_COUNT", count)

    @abstractmethod
    def waits_seconds(self, instances: int) -> int:
        """Return how long it pauses altogether with so many instances."""

    def _steps(self, instances: int) -> int:
        """Return how many equal steps of its size so many instances take."""
        assert self.step is not None
        kind, value = self.step
        size = value if kind == "INSTANCE_COUNT" else max(1, instances * value // 100)
        return -(-instances // size)

    @rule
    def _has_one_size(self) -> Self:
        if self.step_keys is not None:
            given = [key for key in self.step_keys if getattr(self, key) is not None]
            if len(given) != 1:
                found = "both" if given else "neither"
                raise refuse(f"{' and '.join(self.step_keys)}: got {found}; give one of them")
        return self

    def problems(self, fewest: int, most: int) -> Iterator[str]:
        """Yield what is wrong with it on an endpoint of so many instances.

        Args:
            fewest: how few new instances an update may start.
            most: how many it may start.
        """
        if self.step is not None:
            yield from self._size_problems(fewest, *self.step, scales=fewest != most)
        pauses = [self.waits_seconds(instances) for instances in range(fewest, most + 1)]
        waits, least = max(pauses), min(pauses)
        if waits > LONGEST_UPDATE_SECONDS:
            yield (
                f"update: its pauses add up to {waits} seconds, and a promotion waits for its "
                f"update's pauses for at most {LONGEST_UPDATE_SECONDS}; give larger steps or "
                "shorter pauses"
            )
        if self.is_watched and least < _LEAST_WATCHED_SECONDS:
            yield (
                f"update.rollback_alarms: the update pauses for {least} seconds altogether, and "
                "CloudWatch evaluates alarms once a minute; let it pause for at least "
                f"{_LEAST_WATCHED_SECONDS}"
            )
        if self.timeout_seconds is not None and self.timeout_seconds <= waits:
            yield (
                f"update.timeout_seconds {self.timeout_seconds} is not above the {waits} seconds "
                "of its pauses; raise it, or leave it out"
            )

    def _size_problems(self, fewest: int, kind: str, value: int, *, scales: bool) -> Iterator[str]:
        assert self.step_keys is not None
        if fewest < 2:
            yield (
                f"update.strategy: the endpoint may have {fewest} instance, and SageMaker's steps "
                "are at most half of the instances; give initial_instance_count (with "
                "autoscaling, min_capacity) 2 or more, or strategy 'all-at-once'"
            )
            return
        if kind == "CAPACITY_PERCENT":
            return
        in_percent, in_instances = self.step_keys
        if scales:
            yield (
                f"update.{in_instances} with autoscaling, which changes the number of instances; "
                f"give {in_percent}"
            )
        elif not self.least_percent <= 100 * value / fewest <= 50:
            yield (
                f"update.{in_instances}: got {value} of {fewest} instances; allowed: "
                f"{self.least_percent} to 50 percent of them"
            )


class AllAtOnceUpdate(Update):
    """All requests move at once when the new instances are healthy; the old ones stay a while."""

    strategy: Literal["all-at-once"]
    """How requests move."""
    bake_seconds: Pause = 300
    """How long the old instances stay after that."""

    def waits_seconds(self, instances: int) -> int:  # noqa: ARG002 - the same for any number
        return self.bake_seconds


class CanaryUpdate(Update):
    """A few of the new instances get their share of the requests first, then all."""

    strategy: Literal["canary"]
    """How requests move."""
    canary_percent: int | None = Field(default=None, ge=1, le=50)
    """How much of the new instances is tried first."""
    canary_instances: int | None = Field(default=None, ge=1, le=500)
    """The same as a number of instances."""
    wait_seconds: Pause = 300
    """How long the canary is tried."""
    bake_seconds: Pause = 300
    """How long the old instances stay after all requests have moved."""

    step_keys: ClassVar = ("canary_percent", "canary_instances")

    def waits_seconds(self, instances: int) -> int:  # noqa: ARG002 - the same for any number
        return self.wait_seconds + self.bake_seconds


class LinearUpdate(Update):
    """The new instances get the requests in equal steps."""

    strategy: Literal["linear"]
    """How requests move."""
    step_percent: int | None = Field(default=None, ge=10, le=50)
    """How much of the new instances gets requests with each step."""
    step_instances: int | None = Field(default=None, ge=1, le=500)
    """The same as a number of instances."""
    wait_seconds: Pause = 300
    """The pause between two steps."""
    bake_seconds: Pause = 300
    """How long the old instances stay after all requests have moved."""

    step_keys: ClassVar = ("step_percent", "step_instances")
    least_percent: ClassVar = 10

    def waits_seconds(self, instances: int) -> int:
        return (self._steps(instances) - 1) * self.wait_seconds + self.bake_seconds


class RollingUpdate(Update):
    """New instances replace old ones in batches, so that few run side by side."""

    strategy: Literal["rolling"]
    """How requests move."""
    batch_percent: int | None = Field(default=None, ge=5, le=50)
    """How much of the instances is replaced at a time."""
    batch_instances: int | None = Field(default=None, ge=1, le=500)
    """The same as a number of instances."""
    wait_seconds: Pause = 300
    """How long each batch is tried before the next one."""

    step_keys: ClassVar = ("batch_percent", "batch_instances")
    least_percent: ClassVar = 5

    def waits_seconds(self, instances: int) -> int:
        return self._steps(instances) * self.wait_seconds


AnyUpdate = Annotated[
    AllAtOnceUpdate | CanaryUpdate | LinearUpdate | RollingUpdate,
    Field(discriminator="strategy"),
]
