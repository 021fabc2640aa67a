"""Build the step that leaves zero capacity, which target tracking does not.

SageMaker guide, "Autoscale an asynchronous endpoint" and "Scale an endpoint to zero instances".
"""

from aws_cdk import aws_applicationautoscaling as autoscaling
from constructs import Construct

from autogluon_constructs.settings.endpoint_modes.scaling import Scaling

_Policy = autoscaling.CfnScalingPolicy


def first_capacity(
    scope: Construct, name: str, target: autoscaling.CfnScalableTarget, scaling: Scaling
) -> autoscaling.CfnScalingPolicy:
    """Return the policy that adds one instance or copy, for an alarm to act with."""
    return _Policy(
        scope,
        name,
        policy_name=name,
        policy_type="StepScaling",
        scaling_target_id=target.ref,
        step_scaling_policy_configuration=_Policy.StepScalingPolicyConfigurationProperty(
            adjustment_type="ChangeInCapacity",
            cooldown=scaling.scale_out_cooldown_seconds,
            metric_aggregation_type="Maximum",
            step_adjustments=[
                _Policy.StepAdjustmentProperty(metric_interval_lower_bound=0, scaling_adjustment=1)
            ],
        ),
    )
