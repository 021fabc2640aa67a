"""The two alarms with which a target tracking policy watches its metric.

Names, descriptions, periods and the threshold of 90 % are those of the alarms that AWS makes: more
than the target in each of 3 minutes scales out, less than 90 % of it in 15 minutes scales in (user
guide, "How target tracking scaling works"). A high-resolution metric is watched each 10 seconds: 3
of them scale out, 15 minutes of them scale in.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.scaling.policy_checks import (
    CONCURRENCY,
    CONCURRENCY_PER_COPY,
    PROVISIONED_USED,
)
from embedded_aws.scaling.scalable_target import TargetKey
from embedded_aws.scaling.scaling_policy import AlarmName, ScalingPolicy

_HIGH_PERIODS, _LOW_PERIODS = 3, 15
_LOW_SHARE = 0.9
_PERIOD_SECONDS, _HIGH_RESOLUTION_SECONDS = 60, 10


@dataclass(frozen=True)
class TrackedMetric:
    """A metric as PutMetricAlarm and GetMetricData name it."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    unit: str | None
    period: int

    @classmethod
    def of(cls, policy: ScalingPolicy) -> TrackedMetric:
        """Return the metric of a target tracking policy."""
        custom = policy.settings.get("CustomizedMetricSpecification")
        if custom is None:
            return _predefined(policy)
        dimensions = tuple((item["Name"], item["Value"]) for item in custom.get("Dimensions", []))
        return cls(
            custom["Namespace"],
            custom["MetricName"],
            dimensions,
            custom["Statistic"],
            custom.get("Unit"),
            _PERIOD_SECONDS,
        )

    def dimension_list(self) -> list[dict[str, str]]:
        """Return the dimensions as requests carry them."""
        return [{"Name": name, "Value": value} for name, value in self.dimensions]


def _predefined(policy: ScalingPolicy) -> TrackedMetric:
    kind = policy.settings["PredefinedMetricSpecification"]["PredefinedMetricType"]
    endpoint = policy.key.endpoint
    if endpoint is None:
        return _of_component(policy.key.component or "", kind)
    dimensions = (("EndpointName", endpoint), ("VariantName", policy.key.variant))
    if kind == CONCURRENCY:
        return TrackedMetric(
            "AWS/SageMaker",
            "ConcurrentRequestsPerModel",
            dimensions,
            "Maximum",
            None,
            _HIGH_RESOLUTION_SECONDS,
        )
    if kind == PROVISIONED_USED:
        return TrackedMetric(
            "AWS/SageMaker",
            "ServerlessProvisionedConcurrencyUtilization",
            dimensions,
            "Maximum",
            None,
            _PERIOD_SECONDS,
        )
    return TrackedMetric(
        "AWS/SageMaker", "InvocationsPerInstance", dimensions, "Sum", None, _PERIOD_SECONDS
    )


def _of_component(name: str, kind: str) -> TrackedMetric:
    dimensions = (("InferenceComponentName", name),)
    if kind == CONCURRENCY_PER_COPY:
        metric, statistic, period = (
            "ConcurrentRequestsPerCopy",
            "Maximum",
            _HIGH_RESOLUTION_SECONDS,
        )
    else:
        metric, statistic, period = "InvocationsPerCopy", "Sum", _PERIOD_SECONDS
    return TrackedMetric("AWS/SageMaker", metric, dimensions, statistic, None, period)


class TrackingAlarms:
    """Puts and deletes the alarms of one policy; the policy remembers their names."""

    def __init__(self, cloudwatch: Any, region: str, account_id: str) -> None:
        self._cloudwatch = cloudwatch
        self._arn = f"arn:aws:cloudwatch:{region}:{account_id}:alarm:"

    def put(self, policy: ScalingPolicy) -> None:
        """Create or change the alarms; one without scale-in has no low alarm."""
        target = policy.settings["TargetValue"]
        if policy.high is None:
            policy.high = self._new_name(policy.key, "AlarmHigh")
        self._put(policy, policy.high, "GreaterThanThreshold", target, _HIGH_PERIODS)
        if policy.scales_in:
            if policy.low is None:
                policy.low = self._new_name(policy.key, "AlarmLow")
            low = round(target * _LOW_SHARE, 9)
            self._put(policy, policy.low, "LessThanThreshold", low, _LOW_PERIODS)
        elif policy.low is not None:
            self._cloudwatch.delete_alarms(AlarmNames=[policy.low.name])
            policy.low = None

    def delete(self, policy: ScalingPolicy) -> None:
        """Delete the alarms that the policy made."""
        if policy.alarms:
            self._cloudwatch.delete_alarms(AlarmNames=[alarm.name for alarm in policy.alarms])
            policy.high = policy.low = None

    def _new_name(self, key: TargetKey, kind: str) -> AlarmName:
        name = f"TargetTracking-{key.resource_id}-{kind}-{uuid.uuid4()}"
        return AlarmName(name, self._arn + name)

    def _put(
        self,
        policy: ScalingPolicy,
        alarm: AlarmName,
        comparison: str,
        threshold: float,
        periods: int,
    ) -> None:
        metric = TrackedMetric.of(policy)
        action = f"{policy.arn}:createdBy/{uuid.uuid5(uuid.NAMESPACE_URL, policy.arn)}"
        periods = periods * _PERIOD_SECONDS // metric.period if "Low" in alarm.name else periods
        unit: Mapping[str, str] = {} if metric.unit is None else {"Unit": metric.unit}
        self._cloudwatch.put_metric_alarm(
            AlarmName=alarm.name,
            AlarmDescription=(
                f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.arn}."
            ),
            AlarmActions=[action],
            Namespace=metric.namespace,
            MetricName=metric.name,
            Dimensions=metric.dimension_list(),
            Statistic=metric.statistic,
            Period=metric.period,
            EvaluationPeriods=periods,
            ComparisonOperator=comparison,
            Threshold=threshold,
            **unit,
        )
