"""Build what asynchronous endpoints need: where answers go, and scaling by the backlog.

Metrics, and the two policies from and to zero instances: SageMaker guide, "Autoscale an
asynchronous endpoint".
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from aws_cdk import CfnResource
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sagemaker as sagemaker

from autogluon_constructs.endpoint.first_capacity import first_capacity
from autogluon_constructs.endpoint.modes.mode import EndpointMode
from autogluon_constructs.settings import AsynchronousEndpoint, BacklogScaling
from autogluon_constructs.settings.endpoint_modes.instance_variant import InstanceVariant
from autogluon_contracts import names

_NAMESPACE = "AWS/SageMaker"
_PERIOD_SECONDS = 60


class Asynchronous(EndpointMode[AsynchronousEndpoint, InstanceVariant]):
    """Requests wait in a queue, and answers go to S3."""

    # An endpoint without instances would take any model: none would have to load it.
    keeps_capacity: ClassVar[bool] = False

    def configuration(self) -> dict[str, Any]:
        config, settings = sagemaker.CfnEndpointConfig, self.settings
        topics = config.AsyncInferenceNotificationConfigProperty(
            success_topic=settings.success_topic_arn, error_topic=settings.error_topic_arn
        )
        bucket = self.artifact_bucket_name
        return {
            "async_inference_config": config.AsyncInferenceConfigProperty(
                client_config=config.AsyncInferenceClientConfigProperty(
                    max_concurrent_invocations_per_instance=(
                        settings.max_concurrent_invocations_per_instance
                    )
                ),
                output_config=config.AsyncInferenceOutputConfigProperty(
                    kms_key_id=self.key.key_arn,
                    s3_output_path=names.async_answers_folder(bucket, self.predictor).uri,
                    s3_failure_path=names.async_failures_folder(bucket, self.predictor).uri,
                    notification_config=topics if settings.topic_arns else None,
                ),
            )
        }

    def policies(
        self,
        target: autoscaling.CfnScalableTarget,
        variant: InstanceVariant,  # noqa: ARG002 - the queue is the endpoint's, which has one
    ) -> Sequence[CfnResource]:
        scaling = self.settings.autoscaling
        assert scaling is not None
        tracking = self._track_backlog(target, scaling)
        if not scaling.reaches_zero:
            return [tracking]
        first = first_capacity(self.scope, "FirstInstance", target, scaling)
        return [tracking, first, self._watch_waiting(first)]

    def _track_backlog(
        self, target: autoscaling.CfnScalableTarget, scaling: BacklogScaling
    ) -> CfnResource:
        policy = autoscaling.CfnScalingPolicy
        return policy(
            self.scope,
            "ScalingPolicy",
            policy_name="BacklogPerInstance",
            policy_type="TargetTrackingScaling",
            scaling_target_id=target.ref,
            target_tracking_scaling_policy_configuration=(
                policy.TargetTrackingScalingPolicyConfigurationProperty(
                    target_value=scaling.target_backlog_per_instance,
                    scale_in_cooldown=scaling.scale_in_cooldown_seconds,
                    scale_out_cooldown=scaling.scale_out_cooldown_seconds,
                    customized_metric_specification=policy.CustomizedMetricSpecificationProperty(
                        namespace=_NAMESPACE,
                        metric_name="ApproximateBacklogSizePerInstance",
                        dimensions=[
                            policy.MetricDimensionProperty(
                                name="EndpointName", value=self.endpoint_name
                            )
                        ],
                        statistic="Average",
                    ),
                )
            ),
        )

    def _watch_waiting(self, first: autoscaling.CfnScalingPolicy) -> CfnResource:
        return cloudwatch.CfnAlarm(
            self.scope,
            "WaitsForInstance",
            alarm_description=(
                f"Endpoint {self.endpoint_name} has requests and no instance; starts the first "
                "one. Nothing to do."
            ),
            namespace=_NAMESPACE,
            metric_name="HasBacklogWithoutCapacity",
            dimensions=[{"name": "EndpointName", "value": self.endpoint_name}],
            statistic="Maximum",
            period=_PERIOD_SECONDS,
            evaluation_periods=1,
            threshold=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[first.ref],
        )
