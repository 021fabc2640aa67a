"""Build the step that leaves zero capacity, which target tracking does not.

SageMaker guide, "Autoscale an asynchronous endpoint" and "Scale an endpoint to zero instances".
"""

from aws_cdk import aws_applicationautoscaling as autoscaling
from constructs import Construct

from autogluon_constructs.endpoint.step_policy import Step, step_policy
from autogluon_constructs.settings.endpoint_modes.scaling import Scaling


def first_capacity(
    scope: Construct, name: str, target: autoscaling.CfnScalableTarget, scaling: Scaling
) -> autoscaling.CfnScalingPolicy:
    """Return the policy that adds one instance or copy, for an alarm to act with."""
    return step_policy(
        scope,
        name,
        target,
        [Step(metric_interval_lower_bound=0, scaling_adjustment=1)],
        cooldown_seconds=scaling.scale_out_cooldown_seconds,
        aggregation="Maximum",
    )
