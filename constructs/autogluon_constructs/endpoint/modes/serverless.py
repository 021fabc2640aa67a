"""Build what serverless endpoints need: scaling of what stays warm, and places to write.

Dimension and metric: SageMaker guide, "Automatically scale Provisioned Concurrency for a serverless
endpoint".
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from aws_cdk import CfnResource
from aws_cdk import aws_applicationautoscaling as autoscaling

from autogluon_constructs.endpoint.modes.mode import EndpointMode
from autogluon_constructs.settings import ServerlessEndpoint
from autogluon_constructs.settings.endpoint_modes.serverless import ServerlessVariant

_Policy = autoscaling.CfnScalingPolicy
_WRITABLE = "/tmp"  # noqa: S108 - in the container


class Serverless(EndpointMode[ServerlessEndpoint, ServerlessVariant]):
    """Containers start at requests, and end when there are none for a while."""

    # SageMaker retains numbers of instances and weights, of which there are none.
    keeps_capacity: ClassVar[bool] = False
    scalable_dimension: ClassVar[str] = "sagemaker:variant:DesiredProvisionedConcurrency"
    # Only /tmp can be written in a serverless container. Libraries keep caches at home, and
    # TorchServe, the server of images before 1.6, would write its logs below `/`.
    container_environment: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("HOME", "LOG_LOCATION", "METRICS_LOCATION"), _WRITABLE),
        # For TorchServe; Gunicorn's arguments in the model package say so, too.
        "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
    }

    def configuration(self) -> dict[str, Any]:
        return {}

    def policies(
        self,
        target: autoscaling.CfnScalableTarget,
        variant: ServerlessVariant,  # noqa: ARG002 - the metric is the target's
    ) -> Sequence[CfnResource]:
        scaling = self.settings.autoscaling
        assert scaling is not None
        return [
            _Policy(
                self.scope,
                "ScalingPolicy",
                policy_name="ProvisionedConcurrencyUtilization",
                policy_type="TargetTrackingScaling",
                scaling_target_id=target.ref,
                target_tracking_scaling_policy_configuration=(
                    _Policy.TargetTrackingScalingPolicyConfigurationProperty(
                        target_value=scaling.target_utilization,
                        scale_in_cooldown=scaling.scale_in_cooldown_seconds,
                        scale_out_cooldown=scaling.scale_out_cooldown_seconds,
                        predefined_metric_specification=_Policy.PredefinedMetricSpecificationProperty(
                            predefined_metric_type="SageMakerVariantProvisionedConcurrencyUtilization"
                        ),
                    )
                ),
            )
        ]
