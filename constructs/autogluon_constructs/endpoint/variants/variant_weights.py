"""Let promotions choose the weights of variants."""

from typing import Any

from aws_cdk import CfnCondition, CfnParameter, Fn
from constructs import Construct

from autogluon_constructs.settings.endpoint_modes.instance_variant import InstanceVariant
from autogluon_contracts.names import WEIGHT_AS_SETTINGS, weight_parameter


def chosen_weight(scope: Construct, variant: InstanceVariant) -> Any:
    """Return the settings' weight, or the one that a promotion put into a parameter."""
    name = weight_parameter(variant.name)
    parameter = CfnParameter(
        scope,
        name,
        # The CDK checks templates with the defaults of their parameters: only weights pass.
        type="Number",
        default=int(WEIGHT_AS_SETTINGS),
        min_value=0,
        max_value=int(WEIGHT_AS_SETTINGS),
        description=f"Written by promotions; {WEIGHT_AS_SETTINGS} follows the YAML",
    )
    parameter.override_logical_id(name)
    written = parameter.value
    follows = CfnCondition(
        scope,
        f"{name}FollowsSettings",
        expression=Fn.condition_equals(written, WEIGHT_AS_SETTINGS),
    )
    return Fn.condition_if(follows.logical_id, variant.weight, written)
