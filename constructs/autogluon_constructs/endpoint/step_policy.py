"""Build a policy that adds or removes capacity in steps, for an alarm to act with."""

from collections.abc import Sequence
from typing import Literal

from aws_cdk import aws_applicationautoscaling as autoscaling
from constructs import Construct

_Policy = autoscaling.CfnScalingPolicy
Step = autoscaling.CfnScalingPolicy.StepAdjustmentProperty
"""Bounds, as distances from the alarm's threshold, and how many instances or copies to add."""


def step_policy(
    scope: Construct,
    name: str,
    target: autoscaling.CfnScalableTarget,
    steps: Sequence[Step],
    *,
    cooldown_seconds: int,
    aggregation: Literal["Average", "Maximum"],
) -> autoscaling.CfnScalingPolicy:
    """Return the policy; `aggregation` is of the metric's values in an alarm's period."""
    return _Policy(
        scope,
        name,
        policy_name=name,
        policy_type="StepScaling",
        scaling_target_id=target.ref,
        step_scaling_policy_configuration=_Policy.StepScalingPolicyConfigurationProperty(
            adjustment_type="ChangeInCapacity",
            cooldown=cooldown_seconds,
            metric_aggregation_type=aggregation,
            step_adjustments=steps,
        ),
    )
