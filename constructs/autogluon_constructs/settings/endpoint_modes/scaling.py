"""Define bounds of automatic scaling, and the times at which others begin to hold."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field

from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.schedules.times import (
    RepeatedExpression,
    ScheduleName,
    TimeZone,
)
from autogluon_constructs.settings.section import Section, rule


class CapacitySchedule(Section):
    """Other bounds of scaling, from a repeated time on, until another schedule changes them."""

    expression: RepeatedExpression
    """When, such as `cron(0 8 ? * MON-FRI *)`."""
    timezone: TimeZone = "UTC"
    """The IANA time zone of `expression`; daylight saving time is followed."""
    min_capacity: int = Field(ge=0, le=1000)
    """The lower bound from then on."""
    max_capacity: int = Field(ge=1, le=1000)
    """The upper bound from then on."""

    @rule
    def _has_room(self) -> Self:
        _require_room(self.min_capacity, self.max_capacity)
        return self


class Scaling(Section):
    """Between how many instances an endpoint scales, and how long it waits in between."""

    min_capacity: int = Field(ge=1, le=1000)
    """The fewest instances."""
    max_capacity: int = Field(ge=1, le=1000)
    """The most instances."""
    scale_in_cooldown_seconds: int = Field(default=300, ge=0, le=86400)
    """Pause after scaling in."""
    scale_out_cooldown_seconds: int = Field(default=60, ge=0, le=86400)
    """Pause after scaling out."""

    schedules: Mapping[ScheduleName, CapacitySchedule] = Field(default_factory=dict)
    """Times at which other bounds begin to hold, by name."""

    @property
    def bounds(self) -> tuple[int, int]:
        """Return the fewest and the most instances at any time, those of schedules included."""
        later = self.schedules.values()
        fewest = min((self.min_capacity, *(schedule.min_capacity for schedule in later)))
        most = max((self.max_capacity, *(schedule.max_capacity for schedule in later)))
        return fewest, most

    @property
    def reaches_zero(self) -> bool:
        """Return whether scaling may remove all instances: always, or from a scheduled time on."""
        return self.bounds[0] == 0

    @rule
    def _has_room(self) -> Self:
        _require_room(self.min_capacity, self.max_capacity)
        return self


def _require_room(fewest: int, most: int) -> None:
    if most < fewest:
        raise refuse(
            f"max_capacity {most} is below min_capacity {fewest}; allowed: max_capacity >= {fewest}"
        )
