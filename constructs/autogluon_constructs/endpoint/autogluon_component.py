"""Build a predictor's inference component, which exists on a shared endpoint while a model is live.

Metrics, and the policies from and to zero copies: SageMaker guide, "Scale an endpoint to zero
instances".
"""

from typing import Any

from aws_cdk import CfnCondition, CfnResource
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from autogluon_constructs.endpoint.endpoint_alarms import endpoint_alarms
from autogluon_constructs.endpoint.first_capacity import first_capacity
from autogluon_constructs.endpoint.live_parts import (
    environment_variables,
    holds_a_model,
    live_model_of,
    live_model_resource,
    scheduled_actions,
    show_settings,
)
from autogluon_constructs.endpoint.model_containers import ModelContainers
from autogluon_constructs.network.placement import Placement
from autogluon_constructs.settings import ComponentEndpoint, CopyScaling, EndpointAlarms
from autogluon_contracts import names
from autogluon_contracts.defaults import ServingEngine

_Policy = autoscaling.CfnScalingPolicy
_NAMESPACE = "AWS/SageMaker"
_PERIOD_SECONDS = 60
# As `endpoint.alarms` and promotions: the workflows promote, and alarms are shown resolved.
_NOT_OF_THE_STACK = {"alarms", "promote_on_approval", "promote_on_stage", "hours", "ends"}


class AutoGluonComponent(Construct):
    """Model, InferenceComponent, scaling and alarms of the live model.

    While the live model is `none`, nothing of this exists. A promotion has CloudFormation update
    the component to a new model, with as many copies as the settings say.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        predictor: str,
        component: ComponentEndpoint,
        shared_endpoint_name: str,
        engine: ServingEngine,
        serving_role: iam.IRole,
        network_isolation: bool,
        alarms: EndpointAlarms,
        failure_topic_arn: str | None,
        placement: Placement | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name = names.component(environment, predictor)
        # For TorchServe; Gunicorn's arguments in the model package say so, too.
        of_mode = {"SAGEMAKER_MODEL_SERVER_WORKERS": str(max(1, int(component.cpus)))}
        live_model = live_model_of(self, environment, predictor)
        self._is_live = CfnCondition(self, "IsLive", expression=holds_a_model(live_model))
        model = live_model_resource(
            self,
            "Model",
            live_model,
            serving_role=serving_role,
            network_isolation=network_isolation,
            placement=placement,
            containers=ModelContainers(pipeline=None, archives={}),
            environment_variables=environment_variables(self, engine, of_mode),
        )
        self.component = self._component(component, shared_endpoint_name, model)
        for resource in (model, self.component):
            self._only_while_live(resource)
        if component.autoscaling is not None:
            self._scale(component.autoscaling)
        if failure_topic_arn is not None:
            for alarm in endpoint_alarms(
                self,
                alarms,
                endpoint_name=self._name,
                predictor=predictor,
                mode=component.mode,
                topic_arn=failure_topic_arn,
            ):
                self._only_while_live(alarm)
        settings: dict[str, Any] = {
            "component": component.model_dump(mode="json", exclude=_NOT_OF_THE_STACK),
            "network_isolation": network_isolation,
            "engine": engine,
            **alarms.model_dump(exclude_none=True),
            **({} if placement is None else {"network": placement.described}),
        }
        show_settings(self, settings)

    def _component(
        self, settings: ComponentEndpoint, endpoint_name: str, model: sagemaker.CfnModel
    ) -> sagemaker.CfnInferenceComponent:
        types = sagemaker.CfnInferenceComponent
        return types(
            self,
            "Component",
            inference_component_name=self._name,
            endpoint_name=endpoint_name,
            variant_name=names.VARIANT,
            specification=types.InferenceComponentSpecificationProperty(
                model_name=model.attr_model_name,
                compute_resource_requirements=(
                    types.InferenceComponentComputeResourceRequirementsProperty(
                        min_memory_required_in_mb=settings.memory_mb,
                        number_of_cpu_cores_required=settings.cpus,
                    )
                ),
            ),
            # Also in updates: a component that keeps zero copies would accept any model.
            runtime_config=types.InferenceComponentRuntimeConfigProperty(
                copy_count=settings.copies
            ),
        )

    def _scale(self, scaling: CopyScaling) -> None:
        target = autoscaling.CfnScalableTarget(
            self,
            "ScalableTarget",
            service_namespace="sagemaker",
            resource_id=f"inference-component/{self._name}",
            scalable_dimension="sagemaker:inference-component:DesiredCopyCount",
            min_capacity=scaling.min_capacity,
            max_capacity=scaling.max_capacity,
            scheduled_actions=scheduled_actions(scaling),
        )
        # Its id names the component without a reference, which CloudFormation would follow.
        target.add_resource_dependency(self.component)
        resources: list[CfnResource] = [target, *self._track(target, scaling)]
        if scaling.reaches_zero:
            first = first_capacity(self, "FirstCopy", target, scaling)
            resources += [first, self._watch_refused(first)]
        for resource in resources:
            self._only_while_live(resource)

    def _track(
        self, target: autoscaling.CfnScalableTarget, scaling: CopyScaling
    ) -> list[CfnResource]:
        tracked = (
            (
                "InvocationsPolicy",
                "InvocationsPerCopy",
                scaling.target_invocations_per_copy,
                "SageMakerInferenceComponentInvocationsPerCopy",
            ),
            (
                "ConcurrencyPolicy",
                "ConcurrentRequestsPerCopy",
                scaling.target_concurrent_requests_per_copy,
                "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution",
            ),
        )
        return [
            _Policy(
                self,
                construct_id,
                policy_name=name,
                policy_type="TargetTrackingScaling",
                scaling_target_id=target.ref,
                target_tracking_scaling_policy_configuration=(
                    _Policy.TargetTrackingScalingPolicyConfigurationProperty(
                        target_value=value,
                        scale_in_cooldown=scaling.scale_in_cooldown_seconds,
                        scale_out_cooldown=scaling.scale_out_cooldown_seconds,
                        predefined_metric_specification=(
                            _Policy.PredefinedMetricSpecificationProperty(
                                predefined_metric_type=metric
                            )
                        ),
                    )
                ),
            )
            for construct_id, name, value, metric in tracked
            if value is not None
        ]

    def _watch_refused(self, first: autoscaling.CfnScalingPolicy) -> CfnResource:
        return cloudwatch.CfnAlarm(
            self,
            "WaitsForCopy",
            alarm_description=(
                f"Inference component {self._name} had a request and no copy; starts the first "
                "one. Nothing to do."
            ),
            namespace=_NAMESPACE,
            metric_name="NoCapacityInvocationFailures",
            dimensions=[{"name": "InferenceComponentName", "value": self._name}],
            statistic="Sum",
            period=_PERIOD_SECONDS,
            evaluation_periods=1,
            threshold=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[first.ref],
        )

    def _only_while_live(self, resource: CfnResource) -> None:
        resource.cfn_options.condition = self._is_live
