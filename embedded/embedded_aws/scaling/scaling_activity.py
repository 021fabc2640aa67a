"""The record of what scaling has done, or has not done and why.

The wording is AWS's: user guide, "Scaling activities for Application Auto Scaling", and the AWS
CLI's examples of describe-scaling-activities.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from embedded_aws.scaling.scalable_target import TargetKey


@dataclass
class ScalingActivity:
    """One activity of a target; `not_scaled` is the reason of one that changed nothing."""

    key: TargetKey
    description: str
    cause: str
    started: datetime
    status: str = "InProgress"
    message: str | None = None
    ended: datetime | None = None
    not_scaled: Mapping[str, Any] | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def end(self, status: str, message: str, now: datetime) -> None:
        """Record the outcome."""
        self.message, self.ended, self.status = message, now, status

    def describe(self) -> dict[str, Any]:
        """Return the activity as DescribeScalingActivities shows it."""
        described: dict[str, Any] = {
            **self.key.members,
            "ActivityId": self.id,
            "Description": self.description,
            "Cause": self.cause,
            "StartTime": self.started,
            "StatusCode": self.status,
        }
        if self.message is not None:
            described["StatusMessage"] = self.message
        if self.ended is not None:
            described["EndTime"] = self.ended
        if self.not_scaled is not None:
            described["NotScaledReasons"] = [dict(self.not_scaled)]
        return described
