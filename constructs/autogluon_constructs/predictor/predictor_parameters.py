"""Store a predictor's spec, and which of its models is live, in SSM parameters."""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from autogluon_constructs.errors import DeclarationError
from autogluon_contracts import names
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.spec_parameter import (
    LONGEST_VALUE,
    StoredSpec,
    stored_in_parts,
)

_STANDARD_CHARACTERS = 4096
# What `Fn::FindInMap` and pseudo parameters become is at most this long.
_LONGEST_TOKEN_VALUE = 24


class SpecTooLongError(DeclarationError):
    """Report settings of a predictor that do not fit into SSM parameters."""


class PredictorParameters(Construct):
    """Spec and live model of one predictor.

    Raises:
        SpecTooLongError: the spec is longer than 16 parameters of 8,192 characters.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        predictor: str,
        spec: PredictorSpec,
    ) -> None:
        super().__init__(scope, construct_id)
        stored = self._stored(predictor, spec)
        path = names.spec_parameter(environment, predictor).rpartition("/")[0]
        parts = [
            self._parameter(f"SpecPart{number}", f"{path}/{name}", predictor, text)
            for number, (name, text) in enumerate(stored.parts, start=1)
        ]
        parameter = self._parameter(
            "Spec", names.spec_parameter(environment, predictor), predictor, stored.parameter
        )
        for part in parts:
            # Parts are named after their content: readers find the old ones, or all new ones.
            parameter.add_dependency(part)
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

    def _stored(self, predictor: str, spec: PredictorSpec) -> StoredSpec:
        # Not `Stack.to_json_string`, which drops what is null on its way through jsii.
        text = spec.to_text(separators=(",", ":"))
        if self._length(text) <= LONGEST_VALUE:
            return StoredSpec(text)
        try:
            return stored_in_parts(spec)
        except ValueError as error:
            raise SpecTooLongError(
                f"predictors.{predictor}: its settings make {error}.",
                advice="Shorten init_args and fit_args: choose presets, for instance, instead of "
                "long hyperparameters.",
            ) from error

    def _parameter(
        self, construct_id: str, name: str, predictor: str, text: str
    ) -> ssm.CfnParameter:
        return ssm.CfnParameter(
            self,
            construct_id,
            name=name,
            description=f"Settings of the predictor {predictor}; written by cdk deploy",
            type="String",
            tier="Standard" if self._length(text) <= _STANDARD_CHARACTERS else "Advanced",
            value=text,
        )

    def _length(self, text: str) -> int:
        return _longest(Stack.of(self).resolve(text))


def _longest(resolved: Any) -> int:
    """Return the length of a text in which each token counts as the longest it may become."""
    if isinstance(resolved, str):
        return len(resolved)
    if "Fn::Join" in resolved:
        separator, parts = resolved["Fn::Join"]
        return sum(_longest(part) for part in parts) + len(separator) * (len(parts) - 1)
    return _LONGEST_TOKEN_VALUE
