"""Check a policy's settings as Application Auto Scaling does.

Sources: the API reference of StepAdjustment, StepScalingPolicyConfiguration and
TargetTrackingScalingPolicyConfiguration.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from embedded_aws.scaling.errors import invalid, over_limit, unsupported
from embedded_aws.scaling.scalable_target import COPIES, INSTANCES, PROVISIONED
from embedded_aws.scaling.scaling_policy import STEP, TRACKING

INVOCATIONS = "SageMakerVariantInvocationsPerInstance"
CONCURRENCY = "SageMakerVariantConcurrentRequestsPerModelHighResolution"
PROVISIONED_USED = "SageMakerVariantProvisionedConcurrencyUtilization"
INVOCATIONS_PER_COPY = "SageMakerInferenceComponentInvocationsPerCopy"
CONCURRENCY_PER_COPY = "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution"
_PREDEFINED = {
    INSTANCES: (INVOCATIONS, CONCURRENCY),
    PROVISIONED: (PROVISIONED_USED,),
    COPIES: (INVOCATIONS_PER_COPY, CONCURRENCY_PER_COPY),
}
_MOST_STEPS = 20  # quota "Step adjustments per step scaling policy"
_LARGEST_TARGET = 2.0**360
_PERCENT = "PercentChangeInCapacity"


def check_settings(kind: str, settings: Mapping[str, Any] | None, dimension: str) -> None:
    """Raise ApiError for settings that AWS refuses, or that are not supported here."""
    if kind not in {STEP, TRACKING}:
        raise unsupported(f"scaling policies of type {kind}; it supports {STEP} and {TRACKING}")
    if not settings:
        raise invalid(f"A policy of type {kind} needs {kind}PolicyConfiguration.")
    if kind == STEP:
        _check_step_scaling(settings)
    else:
        _check_tracking(settings, dimension)


def _check_step_scaling(settings: Mapping[str, Any]) -> None:
    adjustment, steps = settings.get("AdjustmentType"), settings.get("StepAdjustments") or []
    if not adjustment:
        raise invalid("StepScalingPolicyConfiguration needs AdjustmentType.")
    if not steps:
        raise invalid("StepScalingPolicyConfiguration needs at least one step adjustment.")
    if len(steps) > _MOST_STEPS:
        raise over_limit(f"A step scaling policy has at most {_MOST_STEPS} step adjustments.")
    if "MinAdjustmentMagnitude" in settings and adjustment != _PERCENT:
        raise invalid(f"MinAdjustmentMagnitude needs the adjustment type {_PERCENT}.")
    if adjustment == "ExactCapacity" and any(step["ScalingAdjustment"] < 0 for step in steps):
        raise invalid("ScalingAdjustment must not be negative for ExactCapacity.")
    if settings.get("Cooldown", 0) < 0:
        raise invalid("Cooldown must not be negative.")
    _check_intervals(steps)


def _check_intervals(steps: Sequence[Mapping[str, Any]]) -> None:
    bounds = sorted(map(interval, steps))
    for lower, upper in bounds:
        if (lower, upper) == (-math.inf, math.inf) and len(steps) > 1:
            raise invalid("The upper and lower bound can't be null in the same step adjustment.")
        if lower >= upper:
            raise invalid("MetricIntervalUpperBound must be greater than MetricIntervalLowerBound.")
    for (_, upper), (lower, _) in itertools.pairwise(bounds):
        if upper != lower:
            raise invalid("The ranges of step adjustments can't overlap or have a gap.")
    first, last = bounds[0][0], bounds[-1][1]
    if -math.inf < first < 0:
        raise invalid("With a negative lower bound, one step adjustment needs a null lower bound.")
    if 0 < last < math.inf:
        raise invalid("With a positive upper bound, one step adjustment needs a null upper bound.")


def interval(step: Mapping[str, Any]) -> tuple[float, float]:
    """Return a step's bounds; those that are left out are infinite."""
    return (
        step.get("MetricIntervalLowerBound", -math.inf),
        step.get("MetricIntervalUpperBound", math.inf),
    )


def _check_tracking(settings: Mapping[str, Any], dimension: str) -> None:
    predefined = settings.get("PredefinedMetricSpecification")
    custom = settings.get("CustomizedMetricSpecification")
    if (predefined is None) == (custom is None):
        raise invalid(
            "TargetTrackingScalingPolicyConfiguration needs either PredefinedMetricSpecification "
            "or CustomizedMetricSpecification."
        )
    target = settings["TargetValue"]
    if not 0 < target <= _LARGEST_TARGET:
        # The API takes negative targets too, but capacity follows the ratio of value to target.
        raise invalid(f"TargetValue must be greater than 0, not {target}.")
    for member in ("ScaleOutCooldown", "ScaleInCooldown"):
        if settings.get(member, 0) < 0:
            raise invalid(f"{member} must not be negative.")
    if predefined is not None:
        _check_predefined(predefined, dimension)
    elif custom is not None:
        _check_custom(custom)


def _check_predefined(metric: Mapping[str, Any], dimension: str) -> None:
    if metric["PredefinedMetricType"] not in _PREDEFINED[dimension]:
        raise invalid(
            f"PredefinedMetricType {metric['PredefinedMetricType']} is not one of "
            f"{dimension}: {', '.join(_PREDEFINED[dimension])}."
        )
    if "ResourceLabel" in metric:
        raise invalid("ResourceLabel is for ALBRequestCountPerTarget only.")


def _check_custom(metric: Mapping[str, Any]) -> None:
    if "Metrics" in metric:
        raise unsupported("metric math in CustomizedMetricSpecification.Metrics")
    missing = [name for name in ("MetricName", "Namespace", "Statistic") if not metric.get(name)]
    if missing:
        raise invalid(f"CustomizedMetricSpecification needs {', '.join(missing)}.")
