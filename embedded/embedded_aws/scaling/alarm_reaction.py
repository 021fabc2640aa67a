"""What a scaling policy does when one of its alarms is in ALARM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from embedded_aws.alarm_actions import AlarmTransition
from embedded_aws.runtime import Runtime
from embedded_aws.scaling.capacity_changes import CapacityChanges
from embedded_aws.scaling.endpoint_variant import VariantState
from embedded_aws.scaling.errors import ScalingError
from embedded_aws.scaling.proposals import stepped_capacity, tracked_capacity
from embedded_aws.scaling.registry import Registries, Registry
from embedded_aws.scaling.scalable_target import ScalableTarget
from embedded_aws.scaling.scaling_activity import ScalingActivity
from embedded_aws.scaling.scaling_policy import ScalingPolicy
from embedded_aws.scaling.service_role import ServiceRole
from embedded_aws.scaling.tracking_alarms import TrackedMetric

_LOOK_BACK = timedelta(minutes=20)


@dataclass(frozen=True)
class AlarmReaction:
    """Carries out policies; CloudWatch repeats the call each period while the alarm lasts."""

    runtime: Runtime
    registries: Registries
    changes: CapacityChanges
    role: ServiceRole

    def __call__(self, action_arn: str, transition: AlarmTransition) -> None:
        """Scale the target of the policy that an alarm's action names.

        Raises:
            ScalingError: there is no such policy.
        """
        if transition.new_state != "ALARM":
            return
        registry = self.registries.of(transition.region)
        policy = registry.find_policy(action_arn.split(":createdBy/")[0])
        target = None if policy is None else registry.targets.get(policy.key)
        if policy is None or target is None:
            raise ScalingError(f"the scaling policy {action_arn} does not exist")
        if self.changes.in_progress(registry, policy.key):
            return
        state = self.changes.scaled(registry, policy.key).state()
        if state is not None:
            self._scale(registry, target, policy, state, transition)

    def _scale(
        self,
        registry: Registry,
        target: ScalableTarget,
        policy: ScalingPolicy,
        state: VariantState,
        transition: AlarmTransition,
    ) -> None:
        cause = f"monitor alarm {transition.name} in state ALARM triggered policy {policy.name}"
        proposed = self._proposed(registry, policy, state.desired, transition)
        if proposed is None:
            return
        if proposed == state.desired:
            reason = _not_scaled(target, proposed, state.desired)
            self._record_not_scaled(registry, target, cause, reason)
            return
        wanted = target.bounded(proposed)
        out = proposed > state.desired
        suspension = "DynamicScalingOutSuspended" if out else "DynamicScalingInSuspended"
        if target.suspended[suspension]:
            return
        now = self.runtime.clock.time()
        if out and target.out_cooldown is not None and now < target.out_cooldown.until:
            # "The capacity added by the initiating scale-out event is calculated as part of the
            # desired capacity for the next scale-out": only a larger one goes on.
            base = target.out_cooldown.base
            again = self._proposed(registry, policy, base, transition)
            if again is None or target.bounded(again) <= state.desired:
                return
            wanted = target.bounded(again)
        if not out and target.in_cooldown is not None and now < target.in_cooldown.until:
            return
        if wanted == state.desired:
            reason = _not_scaled(target, proposed, state.desired)
            self._record_not_scaled(registry, target, cause, reason)
            return
        seconds = policy.cooldown_seconds(out=out)
        self.changes.set(registry, target, state, wanted, cause, seconds)

    def _proposed(
        self, registry: Registry, policy: ScalingPolicy, capacity: int, transition: AlarmTransition
    ) -> int | None:
        """Return the capacity that the alarm asks for, None where it asks for no change."""
        if not policy.is_tracking:
            return _stepped(policy, capacity, transition)
        value = transition.breach_value
        if value is None:
            value = self._newest_value(registry, policy)
        if value is None:
            return None
        proposed = tracked_capacity(capacity, value, policy.settings["TargetValue"])
        is_low = policy.low is not None and transition.name == policy.low.name
        if not is_low:
            return max(proposed, capacity)
        return self._agreed(registry, policy, capacity, min(proposed, capacity))

    def _agreed(
        self, registry: Registry, policy: ScalingPolicy, capacity: int, proposed: int
    ) -> int | None:
        """Return the largest capacity of all tracking policies, which scale in together.

        "It scales in only if all of the target tracking policies (with the scale-in portion
        enabled) are ready to scale in" (user guide).
        """
        with registry.lock:
            others = [
                other
                for other in registry.policies_of(policy.key)
                if other.name != policy.name and other.is_tracking and other.scales_in
            ]
        for other in others:
            value = self._newest_value(registry, other)
            if value is None or not self._is_low(registry, other):
                return None
            target = other.settings["TargetValue"]
            proposed = max(proposed, min(capacity, tracked_capacity(capacity, value, target)))
        return proposed

    def _is_low(self, registry: Registry, policy: ScalingPolicy) -> bool:
        if policy.low is None:
            return False
        cloudwatch = self.role.client("cloudwatch", registry.region)
        alarms = cloudwatch.describe_alarms(AlarmNames=[policy.low.name])["MetricAlarms"]
        return any(alarm["StateValue"] == "ALARM" for alarm in alarms)

    def _newest_value(self, registry: Registry, policy: ScalingPolicy) -> float | None:
        metric, now = TrackedMetric.of(policy), self.runtime.clock.now()
        stat: dict[str, Any] = {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": metric.dimension_list(),
            },
            "Period": metric.period,
            "Stat": metric.statistic,
        }
        if metric.unit is not None:
            stat["Unit"] = metric.unit
        end = now - timedelta(seconds=now.timestamp() % metric.period)
        answer = self.role.client("cloudwatch", registry.region).get_metric_data(
            MetricDataQueries=[{"Id": "value", "MetricStat": stat}],
            StartTime=end - _LOOK_BACK,
            EndTime=end,
            ScanBy="TimestampDescending",
        )
        values = answer["MetricDataResults"][0]["Values"]
        return float(values[0]) if values else None

    def _record_not_scaled(
        self, registry: Registry, target: ScalableTarget, cause: str, reason: dict[str, Any]
    ) -> None:
        with registry.lock:
            latest = next(
                (item for item in reversed(registry.activities) if item.key == target.key), None
            )
        if latest is not None and latest.not_scaled == reason and latest.cause == cause:
            return  # the alarm repeats its call each period: one record tells it
        activity = ScalingActivity(
            target.key,
            "Attempting to scale due to alarm triggered",
            cause,
            self.runtime.clock.now(),
            status="Failed",
            not_scaled=reason,
        )
        self.changes.record(registry, activity)


def _stepped(policy: ScalingPolicy, capacity: int, transition: AlarmTransition) -> int | None:
    value, settings = transition.breach_value, transition.settings
    if value is None or "Threshold" not in settings:
        return None
    above = str(settings.get("ComparisonOperator", "")).startswith("GreaterThan")
    return stepped_capacity(
        capacity, policy.settings, value, float(settings["Threshold"]), above=above
    )


def _not_scaled(target: ScalableTarget, proposed: int, current: int) -> dict[str, Any]:
    if proposed > current:
        return {"Code": "AlreadyAtMaxCapacity", "MaxCapacity": target.maximum}
    if proposed < current:
        return {"Code": "AlreadyAtMinCapacity", "MinCapacity": target.minimum}
    return {"Code": "AlreadyAtDesiredCapacity", "CurrentCapacity": current}
