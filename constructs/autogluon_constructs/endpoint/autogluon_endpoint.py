"""Build the endpoint of one predictor, which exists while a model is live."""

import hashlib
import json
from typing import Any, cast, get_args

from aws_cdk import (
    Aws,
    CfnCondition,
    CfnOutput,
    CfnParameter,
    CfnResource,
    Fn,
    ICfnConditionExpression,
    Token,
)
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from autogluon_constructs.endpoint.chosen_values import chosen_value
from autogluon_constructs.endpoint.endpoint_alarms import endpoint_alarms
from autogluon_constructs.endpoint.modes import mode_named
from autogluon_constructs.endpoint.modes.mode import EndpointMode
from autogluon_constructs.endpoint.variants.instance_variant import instance_variant
from autogluon_constructs.endpoint.variants.serverless_variant import serverless_variant
from autogluon_constructs.network.placement import Placement
from autogluon_constructs.settings import Endpoint, EndpointAlarms
from autogluon_constructs.settings.endpoint_modes.instances import InstanceVariant
from autogluon_constructs.settings.endpoint_modes.scaling import CapacitySchedule, Scaling
from autogluon_contracts import names
from autogluon_contracts.defaults import AUTO_ENGINE, ServingEngine
from autogluon_contracts.documents.predictor_spec import HostImages
from autogluon_contracts.documents.server_limits import ENGINE_VARIABLE

# Of these, the mode is one, `alarms` and `network` are shown resolved, and the workflows promote.
_NOT_OF_THE_STACK = {"mode", "alarms", "network", "promote_on_approval"}


class AutoGluonEndpoint(Construct):
    """Model, EndpointConfig, Endpoint, autoscaling and alarms of the live model.

    What it runs on is the settings', or what the promotion asked for: those two parameters of the
    stack keep their values over deployments, since the CDK passes previous values on.

    The live model is read from its SSM parameter at every deployment and promotion. While it is
    `none`, nothing of this exists. Model and EndpointConfig have no names, so that a new model can
    replace them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        predictor: str,
        endpoint: Endpoint,
        engine: ServingEngine,
        ami: HostImages | None,
        serving_role: iam.IRole,
        key: kms.IKey,
        artifact_bucket_name: str,
        network_isolation: bool,
        alarms: EndpointAlarms,
        failure_topic_arn: str | None,
        placement: Placement | None,
    ) -> None:
        super().__init__(scope, construct_id)
        live_model = CfnParameter(
            self,
            "LiveModel",
            type="AWS::SSM::Parameter::Value<String>",
            default=names.live_model_parameter(environment, predictor),
            description="Name of the parameter that holds the model package ARN to serve, or none",
        )
        self._is_live = CfnCondition(
            self,
            "IsLive",
            expression=Fn.condition_not(
                Fn.condition_equals(live_model.value_as_string, names.NO_MODEL)
            ),
        )
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=serving_role.role_arn,
            enable_network_isolation=network_isolation,
            vpc_config=None if placement is None else placement.of_model(),
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                model_package_name=live_model.value_as_string
            ),
        )
        mode = mode_named(endpoint.mode)(
            scope=self,
            settings=endpoint,
            environment=environment,
            predictor=predictor,
            artifact_bucket_name=artifact_bucket_name,
            key=key,
        )
        self._choose_engine(model, engine, mode)
        config = self._config(endpoint, mode, model=model, ami=ami, key=key)
        self.endpoint = sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=names.endpoint(environment, predictor),
            endpoint_config_name=config.attr_endpoint_config_name,
            retain_all_variant_properties=(
                True if endpoint.autoscaling is not None and mode.keeps_capacity else None
            ),
        )
        for resource in (model, config, self.endpoint):
            self._only_while_live(resource)
        if endpoint.autoscaling is not None:
            self._scale(endpoint.autoscaling, mode)
        if failure_topic_arn is not None:
            for alarm in endpoint_alarms(
                self,
                alarms,
                endpoint_name=names.endpoint(environment, predictor),
                predictor=predictor,
                mode=endpoint.mode,
                topic_arn=failure_topic_arn,
            ):
                self._only_while_live(alarm)
        self._show_settings(
            endpoint,
            engine=engine,
            ami=ami,
            network_isolation=network_isolation,
            alarms=alarms,
            placement=placement,
        )

    def _choose_engine(
        self, model: sagemaker.CfnModel, own: ServingEngine, mode: EndpointMode[Any]
    ) -> None:
        """Tell the container its engine where it is not the container's own default.

        A promotion may choose another than the settings', without training anew: the variable is
        the endpoint's, and overrides nothing of the model package's.
        """
        others = {name: name for name in get_args(ServingEngine)}
        chosen = chosen_value(self, names.ENGINE_PARAMETER, own, others)
        is_chosen = CfnCondition(
            self,
            "HasEngine",
            expression=Fn.condition_not(Fn.condition_equals(Token.as_string(chosen), AUTO_ENGINE)),
        )
        variables = {**mode.container_environment, ENGINE_VARIABLE: Token.as_string(chosen)}
        model.add_property_override(
            "PrimaryContainer.Environment",
            Fn.condition_if(
                is_chosen.logical_id, variables, dict(mode.container_environment) or Aws.NO_VALUE
            ),
        )

    def _config(
        self,
        endpoint: Endpoint,
        mode: EndpointMode[Any],
        *,
        model: sagemaker.CfnModel,
        ami: HostImages | None,
        key: kms.IKey,
    ) -> sagemaker.CfnEndpointConfig:
        return sagemaker.CfnEndpointConfig(
            self,
            "Config",
            kms_key_id=key.key_arn if endpoint.has_volume_key else None,
            production_variants=[
                instance_variant(self, variant, model=model, ami=ami)
                if isinstance(variant, InstanceVariant)
                else serverless_variant(variant, model=model)
                for variant in endpoint.variants
            ],
            **mode.configuration(),
        )

    def _scale(self, scaling: Scaling, mode: EndpointMode[Any]) -> None:
        target = autoscaling.CfnScalableTarget(
            self,
            "ScalableTarget",
            service_namespace="sagemaker",
            resource_id=f"endpoint/{self.endpoint.attr_endpoint_name}/variant/{names.VARIANT}",
            scalable_dimension=mode.scalable_dimension,
            min_capacity=scaling.min_capacity,
            max_capacity=scaling.max_capacity,
            scheduled_actions=[
                _scheduled_action(name, schedule) for name, schedule in scaling.schedules.items()
            ]
            or None,
        )
        scales = self._scales_now()
        for resource in (target, *mode.policies(target)):
            resource.cfn_options.condition = scales

    def _scales_now(self) -> CfnCondition:
        """Return the condition of what scales: absent while the instance type changes.

        SageMaker refuses another type for a scalable target; see `must_pause_scaling`.
        """
        parameter = CfnParameter(
            self,
            names.SCALING_PARAMETER,
            type="String",
            default=names.SCALING_ON,
            allowed_values=[names.SCALING_ON, names.SCALING_OFF],
            description="Written by promotions and deployments; off only while the type changes",
        )
        parameter.override_logical_id(names.SCALING_PARAMETER)
        return CfnCondition(
            self,
            "Scales",
            expression=Fn.condition_and(
                # It is one; the CDK's Python types do not say so.
                cast("ICfnConditionExpression", self._is_live),
                Fn.condition_equals(parameter.value_as_string, names.SCALING_ON),
            ),
        )

    def _show_settings(
        self,
        endpoint: Endpoint,
        *,
        engine: ServingEngine,
        ami: HostImages | None,
        network_isolation: bool,
        alarms: EndpointAlarms,
        placement: Placement | None,
    ) -> None:
        """Have every change of the settings be a change of the stack.

        CloudFormation drops an update in which no present resource and no output changes. What a
        promotion may choose is in parameters and mappings only, and without a live model all else
        is absent, too; the next promotion would use the template from before.
        """
        settings = {
            "endpoint": endpoint.model_dump(mode="json", exclude=_not_shown(endpoint)),
            "ami": ami.inference_ami_version if ami is not None else None,
            "network_isolation": network_isolation,
            "engine": engine,
            # Only those that there are, so that none leave the digest of earlier deployments.
            **alarms.model_dump(exclude_none=True),
            **({} if placement is None else {"network": placement.described}),
        }
        digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
        output = CfnOutput(
            self,
            "Settings",
            value=digest[:16],
            description="Digest of the endpoint's settings, which changes when they do",
        )
        output.override_logical_id("Settings")

    def _only_while_live(self, resource: CfnResource) -> None:
        resource.cfn_options.condition = self._is_live


def _not_shown(endpoint: Endpoint) -> set[str]:
    # Where nothing is captured, the digest of earlier deployments stays.
    return _NOT_OF_THE_STACK | (set() if endpoint.captured is not None else {"capture"})


def _scheduled_action(
    name: str, schedule: CapacitySchedule
) -> autoscaling.CfnScalableTarget.ScheduledActionProperty:
    target = autoscaling.CfnScalableTarget
    return target.ScheduledActionProperty(
        scheduled_action_name=name,
        schedule=schedule.expression,
        timezone=schedule.timezone,
        scalable_target_action=target.ScalableTargetActionProperty(
            min_capacity=schedule.min_capacity, max_capacity=schedule.max_capacity
        ),
    )
