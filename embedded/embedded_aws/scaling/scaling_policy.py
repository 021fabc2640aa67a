"""A scaling policy of a target, with the alarms that trigger it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from embedded_aws.scaling.scalable_target import TargetKey

STEP, TRACKING = "StepScaling", "TargetTrackingScaling"
# User guide, "Define cooldown periods": SageMaker's endpoint variants wait 300 seconds.
_DEFAULT_COOLDOWN_SECONDS = 300


@dataclass(frozen=True)
class AlarmName:
    """An alarm that the policy made for itself."""

    name: str
    arn: str

    def describe(self) -> dict[str, str]:
        """Return the alarm as policies show it."""
        return {"AlarmName": self.name, "AlarmARN": self.arn}


@dataclass
class ScalingPolicy:
    """A policy. `high` and `low` are target tracking's alarms; step scaling has none of its own."""

    key: TargetKey
    name: str
    kind: str
    arn: str
    created: datetime
    settings: dict[str, Any] = field(default_factory=dict)
    high: AlarmName | None = None
    low: AlarmName | None = None

    @property
    def is_tracking(self) -> bool:
        """Return whether the policy keeps a metric at a target."""
        return self.kind == TRACKING

    @property
    def alarms(self) -> list[AlarmName]:
        """Return the alarms that the policy made."""
        return [alarm for alarm in (self.high, self.low) if alarm is not None]

    @property
    def scales_in(self) -> bool:
        """Return whether a tracking policy also removes capacity."""
        return not self.settings.get("DisableScaleIn", False)

    def cooldown_seconds(self, *, out: bool) -> int:
        """Return how long the policy waits for what it has added or removed to take effect."""
        member = "Cooldown"
        if self.is_tracking:
            member = "ScaleOutCooldown" if out else "ScaleInCooldown"
        seconds: int = self.settings.get(member, _DEFAULT_COOLDOWN_SECONDS)
        return seconds

    def describe(self) -> dict[str, Any]:
        """Return the policy as DescribeScalingPolicies shows it."""
        return {
            **self.key.members,
            "PolicyARN": self.arn,
            "PolicyName": self.name,
            "PolicyType": self.kind,
            f"{self.kind}PolicyConfiguration": self.settings,
            "Alarms": [alarm.describe() for alarm in self.alarms],
            "CreationTime": self.created,
        }
