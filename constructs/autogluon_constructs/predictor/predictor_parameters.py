"""The two SSM parameters of a predictor: its spec, and which of its models is live."""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from autogluon_constructs import names
from autogluon_constructs.errors import DeclarationError

_STANDARD_CHARACTERS = 4096
_ADVANCED_CHARACTERS = 8192
# What `Fn::FindInMap` and pseudo parameters become is at most this long.
_LONGEST_TOKEN_VALUE = 24


class SpecTooLongError(DeclarationError):
    """A predictor's settings do not fit into an SSM parameter."""


class PredictorParameters(Construct):
    """Spec and live model of one predictor.

    Raises:
        SpecTooLongError: the spec is longer than SSM's 8,192 characters.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        predictor: str,
        spec: Mapping[str, Any],
    ) -> None:
        super().__init__(scope, construct_id)
        # Not `Stack.to_json_string`, which drops what is null on its way through jsii.
        text = json.dumps(spec, separators=(",", ":"))
        length = _longest(Stack.of(self).resolve(text))
        if length > _ADVANCED_CHARACTERS:
            raise SpecTooLongError(
                f"predictors.{predictor}: its settings make {length} characters of JSON; allowed: "
                f"{_ADVANCED_CHARACTERS} (an SSM parameter); shorten init_args and fit_args, "
                "e.g. choose presets instead of long hyperparameters"
            )
        standard = length <= _STANDARD_CHARACTERS
        ssm.CfnParameter(
            self,
            "Spec",
            name=names.spec_parameter(environment, predictor),
            description=f"Settings of the predictor {predictor}; written by cdk deploy",
            type="String",
            tier="Standard" if standard else "Advanced",
            value=text,
        )
        # Never change a property of this resource from version to version: CloudFormation would
        # write the parameter again, with `none`, and the next deployment would end the endpoint.
        ssm.CfnParameter(
            self,
            "LiveModel",
            name=names.live_model_parameter(environment, predictor),
            description="ARN of the model package that is served; written by promotions",
            type="String",
            tier="Standard",
            value=names.NO_MODEL,
        )


def _longest(resolved: Any) -> int:
    """Length of a text in which each token counts as the longest value it may become."""
    if isinstance(resolved, str):
        return len(resolved)
    if "Fn::Join" in resolved:
        separator, parts = resolved["Fn::Join"]
        return sum(_longest(part) for part in parts) + len(separator) * (len(parts) - 1)
    return _LONGEST_TOKEN_VALUE
