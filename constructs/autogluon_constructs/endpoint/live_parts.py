"""Build what every predictor's stack reads and shows, whatever serves its live model."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast, get_args

from aws_cdk import (
    Aws,
    CfnCondition,
    CfnOutput,
    CfnParameter,
    Fn,
    ICfnConditionExpression,
    IResolvable,
    Token,
)
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from autogluon_constructs.endpoint.chosen_values import chosen_value
from autogluon_constructs.endpoint.model_containers import ModelContainers
from autogluon_constructs.network.placement import Placement
from autogluon_constructs.settings.endpoint_modes.scaling import CapacitySchedule, Scaling
from autogluon_contracts import names
from autogluon_contracts.defaults import AUTO_ENGINE, ServingEngine
from autogluon_contracts.documents.server_limits import ENGINE_VARIABLE


def live_model_of(
    scope: Construct, environment: str, predictor: str, variant: str = names.MAIN_VARIANT
) -> CfnParameter:
    """Return the stack's parameter that reads a live model at every update."""
    prefix = "" if variant == names.MAIN_VARIANT else names.pascal_case(variant)
    return CfnParameter(
        scope,
        f"{prefix}LiveModel",
        type="AWS::SSM::Parameter::Value<String>",
        default=names.live_model_parameter(environment, predictor, variant),
        description="Name of the parameter that holds the model package ARN to serve, or none",
    )


def holds_a_model(live_model: CfnParameter) -> ICfnConditionExpression:
    """Return a condition that holds while a model is live."""
    return Fn.condition_not(Fn.condition_equals(live_model.value_as_string, names.NO_MODEL))


def live_model_resource(
    scope: Construct,
    construct_id: str,
    live_model: CfnParameter,
    *,
    serving_role: iam.IRole,
    network_isolation: bool,
    placement: Placement | None,
    containers: ModelContainers,
    environment_variables: IResolvable,
) -> sagemaker.CfnModel:
    """Return the model of the version that is live."""
    model = sagemaker.CfnModel(
        scope,
        construct_id,
        execution_role_arn=serving_role.role_arn,
        enable_network_isolation=network_isolation,
        vpc_config=None if placement is None else placement.of_model(),
        **containers.arguments(scope, live_model),
    )
    containers.set_variables(model, environment_variables)
    return model


def environment_variables(
    scope: Construct, own: ServingEngine, of_mode: Mapping[str, str]
) -> IResolvable:
    """Return what containers are told: what the mode needs, and an engine not the default.

    A promotion may choose another than the settings', without training anew: the variable is
    the endpoint's, and overrides nothing of the model package's.
    """
    others = {name: name for name in get_args(ServingEngine)}
    chosen = chosen_value(scope, names.ENGINE_PARAMETER, own, others)
    is_chosen = CfnCondition(
        scope,
        "HasEngine",
        expression=Fn.condition_not(Fn.condition_equals(Token.as_string(chosen), AUTO_ENGINE)),
    )
    variables = {**of_mode, ENGINE_VARIABLE: Token.as_string(chosen)}
    found = Fn.condition_if(is_chosen.logical_id, variables, dict(of_mode) or Aws.NO_VALUE)
    return cast("IResolvable", found)


def scheduled_actions(
    scaling: Scaling,
) -> list[autoscaling.CfnScalableTarget.ScheduledActionProperty] | None:
    """Return the times at which other bounds of scaling begin to hold; None without any."""
    return [_action(name, schedule) for name, schedule in scaling.schedules.items()] or None


def _action(
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


def show_settings(scope: Construct, settings: Mapping[str, Any]) -> None:
    """Have every change of the settings be a change of the stack.

    CloudFormation drops an update in which no present resource and no output changes. What a
    promotion may choose is in parameters and mappings only, and without a live model all else
    is absent, too; the next promotion would use the template from before.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
    output = CfnOutput(
        scope,
        "Settings",
        value=digest[:16],
        description="Digest of the endpoint's settings, which changes when they do",
    )
    output.override_logical_id("Settings")
