"""A scheduled action: a new range for a target, at a time or again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from embedded_aws.clock import Timer
from embedded_aws.deliveries.schedule import Schedule
from embedded_aws.scaling.scalable_target import TargetKey


@dataclass
class ScheduledAction:
    """An action of a target. `request` holds the members that Describe repeats."""

    key: TargetKey
    name: str
    arn: str
    request: Mapping[str, Any]
    schedule: Schedule
    created: datetime
    timer: Timer | None = None

    @property
    def change(self) -> Mapping[str, int]:
        """Return the ScalableTargetAction: MinCapacity, MaxCapacity, or both."""
        change: Mapping[str, int] = self.request["ScalableTargetAction"]
        return change

    def next_after(self, moment: float) -> float | None:
        """Return when it runs next, within its start and end."""
        start, end = self.request.get("StartTime"), self.request.get("EndTime")
        begin = start.timestamp() if start is not None else self.created.timestamp()
        due = self.schedule.next_after(max(moment, begin - 1), begin)
        return None if due is None or (end is not None and due > end.timestamp()) else due

    def describe(self) -> dict[str, Any]:
        """Return the action as DescribeScheduledActions shows it."""
        return {
            **self.key.members,
            **self.request,
            "ScheduledActionName": self.name,
            "ScheduledActionARN": self.arn,
            "CreationTime": self.created,
        }
