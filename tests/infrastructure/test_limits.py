"""Where AWS's limits end, the sentence comes at synth."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import Environment as Place

from autogluon_constructs.identity.permissions import Permission, grant
from autogluon_constructs.predictor.image_registry import ImageRegistry, UnsupportedRegionError
from autogluon_constructs.predictor.predictor_parameters import (
    PredictorParameters,
    SpecTooLongError,
)
from autogluon_constructs.settings import Environment, SettingsError, parse_environment
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type, only, resolved


def spec_of(length: int) -> dict[str, Any]:
    """A spec whose JSON text has `length` characters."""
    return {"a": "x" * (length - len('{"a":""}'))}


def parameters(spec: dict[str, Any]) -> dict[str, Any]:
    app = App()
    PredictorParameters(
        Stack(app, "Stack"), "Income", environment="dev", predictor="income", spec=spec
    )
    [template] = [stack.template for stack in app.synth().stacks]
    return next(
        resource["Properties"]
        for name, resource in of_type(template, "AWS::SSM::Parameter").items()
        if "Spec" in name
    )


@pytest.mark.parametrize(
    ("length", "tier"),
    [(100, "Standard"), (4096, "Standard"), (4097, "Advanced"), (8192, "Advanced")],
)
def test_a_spec_takes_the_tier_it_needs(length: int, tier: str) -> None:
    properties = parameters(spec_of(length))

    assert properties["Tier"] == tier
    assert len(properties["Value"]) == length


def test_a_spec_that_no_parameter_holds_is_refused() -> None:
    with pytest.raises(SpecTooLongError, match=r"predictors.income: .* 8193 characters .* 8192"):
        parameters(spec_of(8193))


def test_the_length_of_what_is_known_at_deployment_only_is_counted_at_its_longest() -> None:
    stack = Stack(App(), "Stack")
    spec = {**spec_of(8180), "b": stack.region}

    with pytest.raises(SpecTooLongError):
        PredictorParameters(stack, "Income", environment="dev", predictor="income", spec=spec)


def test_nulls_in_a_spec_survive() -> None:
    properties = parameters({"fit_args": {"presets": None}, "endpoint": None})

    assert json.loads(properties["Value"]) == {"fit_args": {"presets": None}, "endpoint": None}


@pytest.mark.parametrize("region", ["us-gov-west-1", "mx-central-1", "moon-west-1"])
def test_a_region_without_a_known_registry_is_refused_by_name(region: str) -> None:
    stack = Stack(App(), "Stack", env=Place(region=region))

    with pytest.raises(UnsupportedRegionError, match=f"got '{region}'.*eu-central-1"):
        ImageRegistry(stack)


def test_a_wildcard_without_a_bound_is_refused() -> None:
    from aws_cdk import aws_iam as iam

    role = iam.Role(Stack(App(), "Stack"), "Role", assumed_by=iam.AccountRootPrincipal())

    with pytest.raises(ValueError, match="say by `bound`"):
        grant(role, Permission(actions=("s3:GetObject",), resources=("arn:aws:s3:::b/*",)))
    with pytest.raises(ValueError, match=r"got action 's3:\*'; name each action"):
        grant(role, Permission(actions=("s3:*",), resources=("arn:aws:s3:::b",)))


def test_policies_stay_below_iams_limits_however_many_predictors_there_are(
    synthesize: Callable[[Environment], Templates], crowded_settings: Environment
) -> None:
    workflows = synthesize(crowded_settings)["Workflows"]

    policies = {
        **of_type(workflows, "AWS::IAM::Policy"),
        **of_type(workflows, "AWS::IAM::ManagedPolicy"),
    }
    assert len(of_type(workflows, "AWS::IAM::ManagedPolicy")) == 8
    for logical_id, policy in policies.items():
        document = json.dumps(resolved(policy["Properties"]["PolicyDocument"]))
        limit = 6144 if policy["Type"] == "AWS::IAM::ManagedPolicy" else 10240
        assert len(document.replace(" ", "")) < limit, logical_id
    every = json.dumps(resolved(list(policies.values())))
    for name in crowded_settings.predictors:
        for kind in ("training-job", "transform-job", "processing-job", "model"):
            assert f":{kind}/{name}-*" in every


def test_more_predictors_than_the_stacks_can_hold_are_refused() -> None:
    predictors = {f"p{n}": {"init_args": {"label": "y"}} for n in range(201)}

    with pytest.raises(SettingsError, match=r"predictors: .*at most 200"):
        parse_environment("dev", {"predictors": predictors}, file="config/dev.yaml")


def test_an_environment_without_predictors_synthesizes(
    synthesize: Callable[[Environment], Templates],
) -> None:
    templates = synthesize(parse_environment("dev", {}, file="config/dev.yaml"))

    assert set(templates) == {"Foundation", "Workflows"}
    document = flat(only(templates["Workflows"], "AWS::SSM::Parameter")["Properties"]["Value"])
    assert json.loads(document)["predictors"] == []
