"""Build the endpoint of one predictor, which exists while a model is live."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aws_cdk import CfnCondition, CfnParameter, CfnResource, Fn
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from autogluon_constructs.endpoint.endpoint_alarms import endpoint_alarms, undoing
from autogluon_constructs.endpoint.live_parts import (
    environment_variables,
    holds_a_model,
    live_model_of,
    live_model_resource,
    scheduled_actions,
    show_settings,
)
from autogluon_constructs.endpoint.model_containers import ModelContainers
from autogluon_constructs.endpoint.modes import mode_named
from autogluon_constructs.endpoint.modes.mode import EndpointMode
from autogluon_constructs.endpoint.update_policy import update_as_settings_say
from autogluon_constructs.endpoint.variants.instance_variant import instance_variant
from autogluon_constructs.endpoint.variants.serverless_variant import serverless_variant
from autogluon_constructs.endpoint.variants.variant_beside import VariantBeside, all_hold
from autogluon_constructs.network.placement import Placement
from autogluon_constructs.settings import EndpointAlarms, OwnEndpoint, RealTimeEndpoint
from autogluon_constructs.settings.endpoint_modes.instance_variant import InstanceVariant
from autogluon_constructs.settings.endpoint_modes.instances import InstanceEndpoint
from autogluon_constructs.settings.endpoint_modes.scaling import Scaling
from autogluon_constructs.settings.endpoint_modes.serverless import ServerlessVariant
from autogluon_contracts import names
from autogluon_contracts.defaults import ServingEngine
from autogluon_contracts.documents.predictor_spec import HostImages

# Of these, the mode is one, `alarms` and `network` are shown resolved, and the workflows promote,
# at the hours, too.
_NOT_OF_THE_STACK = {
    *("mode", "alarms", "network"),
    *("promote_on_approval", "promote_on_stage", "hours", "ends"),
}
_Retained = sagemaker.CfnEndpoint.VariantPropertyProperty


class AutoGluonEndpoint(Construct):
    """Model, EndpointConfig, Endpoint, autoscaling and alarms of the live model.

    Variants beside the main one have live models of their own, and exist while these do.

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
        endpoint: OwnEndpoint,
        engine: ServingEngine,
        ami: HostImages | None,
        serving_role: iam.IRole,
        key: kms.IKey,
        artifact_bucket_name: str,
        network_isolation: bool,
        alarms: EndpointAlarms,
        failure_topic_arn: str | None,
        placement: Placement | None,
        pipeline_archives: Mapping[str, str],
    ) -> None:
        """`pipeline_archives` are the S3 addresses of its own containers' scripts, by hostname."""
        super().__init__(scope, construct_id)
        endpoint_name = endpoint.endpoint_name(environment, predictor)
        mode = mode_named(endpoint.mode)(
            scope=self,
            settings=endpoint,
            endpoint_name=endpoint_name,
            predictor=predictor,
            artifact_bucket_name=artifact_bucket_name,
            key=key,
        )
        containers = ModelContainers(
            pipeline=endpoint.pipeline if isinstance(endpoint, RealTimeEndpoint) else None,
            archives=pipeline_archives,
        )
        variables = environment_variables(
            self, engine, {**mode.container_environment, **containers.of_model()}
        )

        def model_of(construct_id: str, live_model: CfnParameter) -> sagemaker.CfnModel:
            return live_model_resource(
                self,
                construct_id,
                live_model,
                serving_role=serving_role,
                network_isolation=network_isolation,
                placement=placement,
                containers=containers,
                environment_variables=variables,
            )

        live_model = live_model_of(self, environment, predictor)
        self._is_live = CfnCondition(self, "IsLive", expression=holds_a_model(live_model))
        model = model_of("Model", live_model)
        beside = [
            self._beside(
                variant, live_model_of(self, environment, predictor, variant.name), model_of
            )
            for variant in endpoint.variants_beside
        ]
        config = self._config(endpoint, mode, model=model, beside=beside, ami=ami, key=key)
        keeps_capacity = endpoint.autoscaling is not None and mode.keeps_capacity
        self.endpoint = sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=endpoint_name,
            endpoint_config_name=config.attr_endpoint_config_name,
            retain_all_variant_properties=True if keeps_capacity else None,
            # Else an update would keep the weights of before, too.
            exclude_retained_variant_properties=(
                [_Retained(variant_property_type="DesiredWeight")]
                if keeps_capacity and beside
                else None
            ),
        )
        for resource in (model, config, self.endpoint):
            self._only_while_live(resource)
        if endpoint.autoscaling is not None:
            self._scale(endpoint.autoscaling, endpoint.main_variant, beside, mode)
        main_alarms: list[cloudwatch.CfnAlarm] = []
        if failure_topic_arn is not None:
            watched = {names.MAIN_VARIANT: self._is_live}
            watched |= {each.variant.name: each.exists for each in beside}
            for variant, exists in watched.items():
                found = endpoint_alarms(
                    self,
                    alarms,
                    endpoint_name=endpoint_name,
                    predictor=predictor,
                    mode=endpoint.mode,
                    topic_arn=failure_topic_arn,
                    variant=variant,
                )
                main_alarms = main_alarms or found
                for alarm in found:
                    alarm.cfn_options.condition = exists
        if isinstance(endpoint, InstanceEndpoint) and endpoint.update is not None:
            update_as_settings_say(self, self.endpoint, endpoint.update, undoing(main_alarms))
        self._show_settings(
            endpoint,
            engine=engine,
            ami=ami,
            network_isolation=network_isolation,
            alarms=alarms,
            placement=placement,
            containers=containers,
        )

    def _beside(
        self,
        variant: InstanceVariant,
        live_model: CfnParameter,
        model_of: Callable[[str, CfnParameter], sagemaker.CfnModel],
    ) -> VariantBeside:
        prefix = names.pascal_case(variant.name)
        exists = CfnCondition(
            self,
            f"{prefix}IsLive",
            expression=all_hold(self._is_live, holds_a_model(live_model)),
        )
        model = model_of(f"{prefix}Model", live_model)
        model.cfn_options.condition = exists
        return VariantBeside(variant=variant, model=model, exists=exists)

    def _config(
        self,
        endpoint: OwnEndpoint,
        mode: EndpointMode[Any, Any],
        *,
        model: sagemaker.CfnModel,
        beside: Sequence[VariantBeside],
        ami: HostImages | None,
        key: kms.IKey,
    ) -> sagemaker.CfnEndpointConfig:
        sharing = [each for each in beside if not each.variant.is_shadow]
        main = endpoint.main_variant
        return sagemaker.CfnEndpointConfig(
            self,
            "Config",
            kms_key_id=key.key_arn if endpoint.has_volume_key else None,
            production_variants=[
                serverless_variant(main, model=model)
                if isinstance(main, ServerlessVariant)
                else instance_variant(
                    self, main, model=model, ami=ami, shares_requests=bool(sharing)
                ),
                *(each.in_configuration(self, ami) for each in sharing),
            ],
            shadow_production_variants=next(
                (each.in_configuration(self, ami) for each in beside if each.variant.is_shadow),
                None,
            ),
            **mode.configuration(),
        )

    def _scale(
        self,
        scaling: Scaling,
        main: InstanceVariant | ServerlessVariant,
        beside: Sequence[VariantBeside],
        mode: EndpointMode[Any, Any],
    ) -> None:
        """Let each variant follow its own load, within the same bounds; shadows keep theirs."""
        scales = self._scales_now()
        targets: list[tuple[InstanceVariant | ServerlessVariant, str, CfnCondition]] = [
            (main, "", scales)
        ]
        for each in beside:
            if not each.variant.is_shadow:
                prefix = names.pascal_case(each.variant.name)
                both = CfnCondition(
                    self, f"{prefix}Scales", expression=all_hold(each.exists, scales)
                )
                targets.append((each.variant, prefix, both))
        for variant, prefix, condition in targets:
            target = self._target(f"{prefix}ScalableTarget", scaling, variant, mode)
            for resource in (target, *mode.policies(target, variant)):
                resource.cfn_options.condition = condition

    def _target(
        self,
        construct_id: str,
        scaling: Scaling,
        variant: InstanceVariant | ServerlessVariant,
        mode: EndpointMode[Any, Any],
    ) -> autoscaling.CfnScalableTarget:
        name = names.production_variant(variant.name)
        return autoscaling.CfnScalableTarget(
            self,
            construct_id,
            service_namespace="sagemaker",
            resource_id=f"endpoint/{self.endpoint.attr_endpoint_name}/variant/{name}",
            scalable_dimension=mode.scalable_dimension,
            min_capacity=scaling.min_capacity,
            max_capacity=scaling.max_capacity,
            scheduled_actions=scheduled_actions(scaling),
        )

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
            expression=all_hold(
                self._is_live, Fn.condition_equals(parameter.value_as_string, names.SCALING_ON)
            ),
        )

    def _show_settings(
        self,
        endpoint: OwnEndpoint,
        *,
        engine: ServingEngine,
        ami: HostImages | None,
        network_isolation: bool,
        alarms: EndpointAlarms,
        placement: Placement | None,
        containers: ModelContainers,
    ) -> None:
        settings = {
            "endpoint": endpoint.model_dump(mode="json", exclude=_not_shown(endpoint)),
            "ami": ami.inference_ami_version if ami is not None else None,
            "network_isolation": network_isolation,
            "engine": engine,
            # Only those that there are, so that none leave the digest of earlier deployments.
            **alarms.model_dump(exclude_none=True),
            **({} if placement is None else {"network": placement.described}),
            **containers.described(),
        }
        show_settings(self, settings)

    def _only_while_live(self, resource: CfnResource) -> None:
        resource.cfn_options.condition = self._is_live


def _not_shown(endpoint: OwnEndpoint) -> set[str]:
    # Where they are not used, the digest of earlier deployments stays.
    since = ("capture", "variants", "shadow", "update", "pipeline", "name")
    return _NOT_OF_THE_STACK | {name for name in since if not getattr(endpoint, name, None)}
