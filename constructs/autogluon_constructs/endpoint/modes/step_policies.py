"""Build step scaling: a policy for each direction, with the alarm that acts with it.

The bounds of a policy's steps are distances from the alarm's threshold. Metrics and their periods:
SageMaker guide, "Amazon SageMaker AI metrics in Amazon CloudWatch".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import CfnResource
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from autogluon_constructs.endpoint.step_policy import Step, step_policy
from autogluon_constructs.settings.endpoint_modes.real_time import Autoscaling
from autogluon_constructs.settings.endpoint_modes.steps import MetricName
from autogluon_contracts import names

_PERIOD_SECONDS = 60
_METRICS = {
    "invocations_per_instance": ("AWS/SageMaker", "InvocationsPerInstance", "Sum"),
    "concurrent_requests_per_instance": ("AWS/SageMaker", "ConcurrentRequestsPerModel", "Maximum"),
    "cpu_percent": ("/aws/sagemaker/Endpoints", "CPUUtilization", "Average"),
}


@dataclass(frozen=True)
class WatchedMetric:
    """A variant's metric.

    Attributes:
        endpoint: its name.
        variant: its name in SageMaker.
        scale: what a value of the settings is multiplied by.
    """

    namespace: str
    name: str
    statistic: str
    endpoint: str
    variant: str
    scale: float

    @classmethod
    def of(cls, metric: MetricName, endpoint: str, variant: str, vcpus: int) -> WatchedMetric:
        """Return the metric that the settings name."""
        # SageMaker sums the percentages of all cores.
        scale = vcpus if metric == "cpu_percent" else 1
        return cls(*_METRICS[metric], endpoint, names.production_variant(variant), scale)


def step_policies(
    scope: Construct,
    prefix: str,
    target: autoscaling.CfnScalableTarget,
    scaling: Autoscaling,
    metric: WatchedMetric,
) -> Sequence[CfnResource]:
    """Return the policies and alarms of `autoscaling.steps`.

    Args:
        prefix: of the ids of a variant's constructs.
    """
    steps = scaling.steps
    assert steps is not None  # asked for only then
    out = [step.at_least * metric.scale for step in steps.ascending]
    into = [step.at_most * metric.scale for step in steps.descending]
    policy_out = step_policy(
        scope,
        f"{prefix}StepsOut",
        target,
        [
            Step(
                metric_interval_lower_bound=low - out[0],
                metric_interval_upper_bound=None if high is None else high - out[0],
                scaling_adjustment=step.add,
            )
            for step, low, high in zip(steps.ascending, out, [*out[1:], None], strict=True)
        ],
        cooldown_seconds=scaling.scale_out_cooldown_seconds,
        aggregation="Average",
    )
    policy_in = step_policy(
        scope,
        f"{prefix}StepsIn",
        target,
        [
            Step(
                metric_interval_lower_bound=None if low is None else low - into[0],
                metric_interval_upper_bound=high - into[0],
                scaling_adjustment=-step.remove,
            )
            for step, high, low in zip(steps.descending, into, [*into[1:], None], strict=True)
        ],
        cooldown_seconds=scaling.scale_in_cooldown_seconds,
        aggregation="Average",
    )
    return [
        policy_out,
        policy_in,
        _alarm(scope, policy_out, metric, "GreaterThanOrEqualToThreshold", out[0],
               steps.scale_out_minutes, "adds instances"),
        _alarm(scope, policy_in, metric, "LessThanOrEqualToThreshold", into[0],
               steps.scale_in_minutes, "removes instances"),
    ]  # fmt: skip


def _alarm(
    scope: Construct,
    policy: autoscaling.CfnScalingPolicy,
    metric: WatchedMetric,
    comparison: str,
    threshold: float,
    minutes: int,
    effect: str,
) -> cloudwatch.CfnAlarm:
    return cloudwatch.CfnAlarm(
        scope,
        f"{policy.node.id}Alarm",
        alarm_description=(
            f"{metric.name} of endpoint {metric.endpoint}, variant {metric.variant}: {effect}. "
            "Nothing to do."
        ),
        namespace=metric.namespace,
        metric_name=metric.name,
        dimensions=[
            {"name": "EndpointName", "value": metric.endpoint},
            {"name": "VariantName", "value": metric.variant},
        ],
        statistic=metric.statistic,
        period=_PERIOD_SECONDS,
        evaluation_periods=minutes,
        threshold=threshold,
        comparison_operator=comparison,
        # Without requests there are no values, and no distance that would choose a step.
        treat_missing_data="missing" if comparison.startswith("Less") else "notBreaching",
        alarm_actions=[policy.ref],
    )
