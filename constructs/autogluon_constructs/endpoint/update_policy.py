"""Build how CloudFormation has SageMaker move an endpoint's requests: its deployment configuration.

What it is: CloudFormation's reference, AWS::SageMaker::Endpoint DeploymentConfig.
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Aws, CfnCondition, CfnParameter, Fn
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from autogluon_constructs.settings.endpoint_modes.updates import (
    AnyUpdate,
    CanaryUpdate,
    LinearUpdate,
    RollingUpdate,
)
from autogluon_contracts.names import AS_SETTINGS, UPDATE_AT_ONCE, UPDATE_PARAMETER


def update_as_settings_say(
    scope: Construct,
    endpoint: sagemaker.CfnEndpoint,
    update: AnyUpdate,
    own_alarms: Sequence[str],
) -> None:
    """Have every update of an endpoint move its requests so, unless a promotion is in a hurry.

    SageMaker begins no update while an alarm of it is on, a return to the version before included:
    such a promotion chooses `UPDATE_AT_ONCE`.

    Args:
        own_alarms: the names of the endpoint's alarms that may undo an update.
    """
    parameter = CfnParameter(
        scope,
        UPDATE_PARAMETER,
        type="String",
        default=AS_SETTINGS,
        allowed_values=[AS_SETTINGS, UPDATE_AT_ONCE],
        description=f"Written by promotions; '{AS_SETTINGS}' follows the YAML",
    )
    parameter.override_logical_id(UPDATE_PARAMETER)
    follows = CfnCondition(
        scope,
        "UpdateFollowsSettings",
        expression=Fn.condition_equals(parameter.value_as_string, AS_SETTINGS),
    )
    endpoint.add_property_override(
        "DeploymentConfig",
        Fn.condition_if(follows.logical_id, _deployment_config(update, own_alarms), Aws.NO_VALUE),
    )


def _deployment_config(update: AnyUpdate, own_alarms: Sequence[str]) -> dict[str, Any]:
    names = update.named_alarms or (own_alarms if update.is_watched else ())
    rollback = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in names]}}
    return {**_policy(update), **(rollback if names else {})}


def _policy(update: AnyUpdate) -> dict[str, Any]:
    limit = update.timeout_seconds
    timeout = {} if limit is None else {"MaximumExecutionTimeoutInSeconds": limit}
    size = None if update.step is None else dict(zip(("Type", "Value"), update.step, strict=True))
    if isinstance(update, RollingUpdate):
        return {
            "RollingUpdatePolicy": {
                "MaximumBatchSize": size,
                "WaitIntervalInSeconds": update.wait_seconds,
                **timeout,
            }
        }
    # Required, also where there is one step.
    routing: dict[str, Any] = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
    if isinstance(update, CanaryUpdate | LinearUpdate):
        kind, member = (
            ("CANARY", "CanarySize")
            if isinstance(update, CanaryUpdate)
            else ("LINEAR", "LinearStepSize")
        )
        routing = {"Type": kind, member: size, "WaitIntervalInSeconds": update.wait_seconds}
    return {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": routing,
            "TerminationWaitInSeconds": update.bake_seconds,
            **timeout,
        }
    }
