"""What is registered in a region: targets, policies, scheduled actions and activities."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from embedded_aws.scaling.scalable_target import ScalableTarget, TargetKey
from embedded_aws.scaling.scaling_activity import ScalingActivity
from embedded_aws.scaling.scaling_policy import ScalingPolicy
from embedded_aws.scaling.scheduled_action import ScheduledAction

_ACTIVITIES_KEPT = 5000  # AWS keeps six weeks; here memory is the limit


@dataclass
class Registry:
    """One region's state; hold `lock` to read and change it."""

    region: str
    lock: threading.RLock = field(default_factory=threading.RLock)
    targets: dict[TargetKey, ScalableTarget] = field(default_factory=dict)
    policies: dict[tuple[TargetKey, str], ScalingPolicy] = field(default_factory=dict)
    actions: dict[tuple[TargetKey, str], ScheduledAction] = field(default_factory=dict)
    activities: deque[ScalingActivity] = field(
        default_factory=lambda: deque(maxlen=_ACTIVITIES_KEPT)
    )

    def policies_of(self, key: TargetKey) -> list[ScalingPolicy]:
        """Return the policies of a target."""
        return [policy for policy in self.policies.values() if policy.key == key]

    def actions_of(self, key: TargetKey) -> list[ScheduledAction]:
        """Return the scheduled actions of a target."""
        return [action for action in self.actions.values() if action.key == key]

    def find_policy(self, arn: str) -> ScalingPolicy | None:
        """Return the policy of an ARN."""
        with self.lock:
            return next((item for item in self.policies.values() if item.arn == arn), None)

    def targets_of(self, endpoint: str) -> Iterable[TargetKey]:
        """Return the targets that are variants of an endpoint."""
        with self.lock:
            return [key for key in self.targets if key.endpoint == endpoint]


class Registries:
    """The registries of all regions."""

    def __init__(self) -> None:
        self._regions: dict[str, Registry] = {}
        self._lock = threading.Lock()

    def all(self) -> list[Registry]:
        """Return the registries of the regions in use."""
        with self._lock:
            return list(self._regions.values())

    def of(self, region: str) -> Registry:
        """Return a region's registry."""
        with self._lock:
            return self._regions.setdefault(region, Registry(region))
