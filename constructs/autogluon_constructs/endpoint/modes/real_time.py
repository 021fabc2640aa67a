"""Build what real-time endpoints need: scaling by their load, data capture."""

from collections.abc import Sequence
from typing import Any, ClassVar

from aws_cdk import CfnResource
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_sagemaker as sagemaker

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.endpoint.modes.mode import EndpointMode
from autogluon_constructs.endpoint.modes.step_policies import WatchedMetric, step_policies
from autogluon_constructs.settings import RealTimeEndpoint
from autogluon_constructs.settings.endpoint_modes.instance_variant import InstanceVariant
from autogluon_contracts import names
from autogluon_contracts.content_types import CSV, JSON

_Policy = autoscaling.CfnScalingPolicy


class RealTime(EndpointMode[RealTimeEndpoint, InstanceVariant]):
    """Each caller waits for the answer."""

    # Else every promotion would throw away what autoscaling has scaled out to.
    keeps_capacity: ClassVar[bool] = True

    def configuration(self) -> dict[str, Any]:
        capture = self.settings.capture
        if capture is None:
            return {}
        config = sagemaker.CfnEndpointConfig
        modes = {"Input": capture.input, "Output": capture.output}
        folder = names.captured_folder(self.artifact_bucket_name, self.predictor)
        return {
            "data_capture_config": config.DataCaptureConfigProperty(
                enable_capture=True,
                initial_sampling_percentage=capture.percentage,
                destination_s3_uri=folder.uri,
                kms_key_id=self.key.key_arn,
                capture_options=[
                    config.CaptureOptionProperty(capture_mode=mode)
                    for mode, is_wanted in modes.items()
                    if is_wanted
                ],
                # Of these the text is stored, of all others Base64.
                capture_content_type_header=config.CaptureContentTypeHeaderProperty(
                    csv_content_types=[CSV], json_content_types=[JSON]
                ),
            )
        }

    def policies(
        self, target: autoscaling.CfnScalableTarget, variant: InstanceVariant
    ) -> Sequence[CfnResource]:
        scaling = self.settings.autoscaling
        assert scaling is not None
        vcpus = instance_types()[variant.instance_type].vcpus
        cpu = scaling.target_cpu_percent
        tracked = (
            (
                "ScalingPolicy",  # the id of earlier releases
                "InvocationsPerInstance",
                scaling.target_invocations_per_instance,
                _predefined("SageMakerVariantInvocationsPerInstance"),
            ),
            (
                "ConcurrencyPolicy",
                "ConcurrentRequestsPerInstance",
                scaling.target_concurrent_requests_per_instance,
                _predefined("SageMakerVariantConcurrentRequestsPerModelHighResolution"),
            ),
            # SageMaker sums the percentages of all cores.
            ("CpuPolicy", "CPUUtilization", cpu and cpu * vcpus, self._cpu_utilization(variant)),
        )
        prefix = "" if variant.name == names.MAIN_VARIANT else names.pascal_case(variant.name)
        tracking = [
            self._policy(f"{prefix}{construct_id}", name, value, metric, target)
            for construct_id, name, value, metric in tracked
            if value is not None
        ]
        if scaling.steps is None:
            return tracking
        metric = scaling.steps.metric
        watched = WatchedMetric.of(metric, self.endpoint_name, variant.name, vcpus)
        return [*tracking, *step_policies(self.scope, prefix, target, scaling, watched)]

    def _policy(
        self,
        construct_id: str,
        name: str,
        value: float,
        metric: dict[str, Any],
        target: autoscaling.CfnScalableTarget,
    ) -> CfnResource:
        scaling = self.settings.autoscaling
        assert scaling is not None
        return _Policy(
            self.scope,
            construct_id,
            policy_name=name,
            policy_type="TargetTrackingScaling",
            scaling_target_id=target.ref,
            target_tracking_scaling_policy_configuration=(
                _Policy.TargetTrackingScalingPolicyConfigurationProperty(
                    target_value=value,
                    scale_in_cooldown=scaling.scale_in_cooldown_seconds,
                    scale_out_cooldown=scaling.scale_out_cooldown_seconds,
                    **metric,
                )
            ),
        )

    def _cpu_utilization(self, variant: InstanceVariant) -> dict[str, Any]:
        dimensions = {
            "EndpointName": self.endpoint_name,
            "VariantName": names.production_variant(variant.name),
        }
        return {
            "customized_metric_specification": _Policy.CustomizedMetricSpecificationProperty(
                namespace="/aws/sagemaker/Endpoints",
                metric_name="CPUUtilization",
                dimensions=[
                    _Policy.MetricDimensionProperty(name=name, value=value)
                    for name, value in dimensions.items()
                ],
                statistic="Average",
                unit="Percent",
            )
        }


def _predefined(metric_type: str) -> dict[str, Any]:
    return {
        "predefined_metric_specification": _Policy.PredefinedMetricSpecificationProperty(
            predefined_metric_type=metric_type
        )
    }
