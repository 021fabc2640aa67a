"""Build what real-time endpoints need: target tracking on their invocations."""

from collections.abc import Sequence
from typing import Any, ClassVar

from aws_cdk import CfnResource
from aws_cdk import aws_applicationautoscaling as autoscaling

from autogluon_constructs.endpoint.modes.mode import EndpointMode
from autogluon_constructs.settings import Autoscaling, RealTimeEndpoint


class RealTime(EndpointMode[RealTimeEndpoint]):
    """Each caller waits for the answer."""

    # Else every promotion would throw away what autoscaling has scaled out to.
    keeps_capacity: ClassVar[bool] = True

    def configuration(self) -> dict[str, Any]:
        return {}

    def policies(self, target: autoscaling.CfnScalableTarget) -> Sequence[CfnResource]:
        assert self.settings.autoscaling is not None
        policy = autoscaling.CfnScalingPolicy(
            self.scope,
            "ScalingPolicy",
            policy_name="InvocationsPerInstance",
            policy_type="TargetTrackingScaling",
            scaling_target_id=target.ref,
            target_tracking_scaling_policy_configuration=_track(self.settings.autoscaling),
        )
        return [policy]


def _track(
    scaling: Autoscaling,
) -> autoscaling.CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty:
    policy = autoscaling.CfnScalingPolicy
    return policy.TargetTrackingScalingPolicyConfigurationProperty(
        target_value=scaling.target_invocations_per_instance,
        scale_in_cooldown=scaling.scale_in_cooldown_seconds,
        scale_out_cooldown=scaling.scale_out_cooldown_seconds,
        predefined_metric_specification=policy.PredefinedMetricSpecificationProperty(
            predefined_metric_type="SageMakerVariantInvocationsPerInstance"
        ),
    )
