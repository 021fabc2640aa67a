"""Where AWS's limits end, the sentence comes at synth."""

import json
from collections.abc import Callable
from dataclasses import replace
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
from autogluon_constructs.settings import (
    Environment,
    Predictor,
    SettingsError,
    parse_environment,
)
from autogluon_contracts.document import DocumentError
from autogluon_contracts.documents.predictor_spec import (
    BatchSpec,
    PredictorSpec,
    ServingSpec,
    TrainingSpec,
)
from autogluon_contracts.documents.spec_parameter import read_spec
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type, only, resolved


def spec_of(length: int = 0, **values: Any) -> PredictorSpec:
    """A spec whose JSON text has `length` characters, if that is more than it needs."""
    bare = PredictorSpec(
        name="income",
        type="tabular",
        init_args={"label": "class"},
        fit_args={},
        image_uri="image",
        inference_image_uri="image",
        framework_version="1.6.3",
        training=TrainingSpec(
            instance_type="ml.m5.large",
            instance_count=1,
            volume_size_gb=30,
            max_runtime_seconds=3600,
            allowed_instance_types=("ml.m5.large",),
            encrypt_volume=True,
        ),
        quality_gate=None,
        endpoint=None,
        serving=ServingSpec(),
        batch=BatchSpec(instance_type="ml.m5.large"),
    )
    spec = replace(bare, **values)
    missing = length - len(replace(spec, tags={"a": ""}).to_text(separators=(",", ":")))
    return replace(spec, tags={"a": "x" * missing}) if missing > 0 else spec


def template_of(spec: PredictorSpec) -> dict[str, Any]:
    app = App()
    PredictorParameters(
        Stack(app, "Stack"), "Income", environment="dev", predictor="income", spec=spec
    )
    [stack] = app.synth().stacks
    template: dict[str, Any] = stack.template
    return template


def parameters(spec: PredictorSpec) -> dict[str, dict[str, Any]]:
    """Properties of the parameters that hold the spec, by the end of their names."""
    return {
        resource["Properties"]["Name"].removeprefix("/autogluon/dev/predictors/income/"): resource[
            "Properties"
        ]
        for resource in of_type(template_of(spec), "AWS::SSM::Parameter").values()
        if not resource["Properties"]["Name"].endswith("live-model")
    }


@pytest.mark.parametrize(
    ("length", "tier"),
    [(900, "Standard"), (4096, "Standard"), (4097, "Advanced"), (8192, "Advanced")],
)
def test_a_spec_takes_the_tier_it_needs(length: int, tier: str) -> None:
    [properties] = parameters(spec_of(length)).values()

    assert properties["Tier"] == tier
    assert len(properties["Value"]) == max(length, len(spec_of().to_text(separators=(",", ":"))))


@pytest.mark.parametrize("length", [8193, 20_000, 100_000])
def test_a_longer_spec_is_stored_in_parts_that_are_read_as_the_same_spec(length: int) -> None:
    spec = spec_of(length)
    stored = {name: properties["Value"] for name, properties in parameters(spec).items()}

    assert len(stored) > 1
    assert all(len(text) <= 8192 for text in stored.values())
    assert read_spec(stored["spec"], stored.get) == spec


def test_the_parameter_changes_after_its_parts_which_have_names_of_their_own() -> None:
    template = template_of(spec_of(20_000))
    found = of_type(template, "AWS::SSM::Parameter")
    [main] = [name for name, item in found.items() if item["Properties"]["Name"].endswith("/spec")]
    parts = sorted(name for name, item in found.items() if "/spec/" in item["Properties"]["Name"])

    assert len(parts) == 3
    assert sorted(found[main]["DependsOn"]) == parts
    other = parameters(spec_of(20_000, framework_version="1.5.0"))
    assert not set(other) & {
        found[name]["Properties"]["Name"].rpartition("income/")[2] for name in parts
    }


def test_incomplete_parts_are_refused() -> None:
    stored = {name: item["Value"] for name, item in parameters(spec_of(20_000)).items()}
    lost = next(name for name in stored if name != "spec")

    with pytest.raises(DocumentError, match="its parts are incomplete"):
        read_spec(stored["spec"], {**stored, lost: ""}.get)


def test_a_spec_that_no_parameters_hold_is_refused() -> None:
    with pytest.raises(SpecTooLongError, match=r"income: .* 1\d{5} characters .* 131072"):
        parameters(spec_of(140_000))


def test_the_length_of_what_is_known_at_deployment_only_is_counted_at_its_longest() -> None:
    stack = Stack(App(), "Stack")
    spec = spec_of(8192, image_uri=stack.region)

    PredictorParameters(stack, "Income", environment="dev", predictor="income", spec=spec)

    assert len(stack.resolve(spec.to_text(separators=(",", ":")))["Fn::Join"]) == 2
    assert [child.node.id for child in stack.node.find_child("Income").node.children] == [
        "SpecPart1",
        "Spec",
        "LiveModel",
    ]


def test_nulls_in_a_spec_survive() -> None:
    [properties] = parameters(spec_of(fit_args={"presets": None})).values()

    document = json.loads(properties["Value"])
    assert document["fit_args"] == {"presets": None}
    assert document["endpoint"] is None


def _one(**settings: Any) -> Predictor:
    declared = {"init_args": {"label": "x"}, **settings}
    return parse_environment("test", {"predictors": {"one": declared}}, file="x").predictors["one"]


@pytest.mark.parametrize("region", ["cn-north-1", "eu-central-2", "mx-central-1", "moon-west-1"])
def test_a_region_without_a_known_registry_is_refused_by_name(region: str) -> None:
    registry = ImageRegistry(Stack(App(), "Stack", env=Place(region=region)))

    with pytest.raises(UnsupportedRegionError, match=f"got '{region}'.*eu-central-1"):
        registry.image_of(_one())


@pytest.mark.parametrize(
    ("region", "account"), [("af-south-1", "626614931356"), ("us-gov-west-1", "442386744353")]
)
def test_regions_have_registries_of_their_own(region: str, account: str) -> None:
    registry = ImageRegistry(Stack(App(), "Stack", env=Place(region=region)))

    assert registry.image_of(_one()).training_uri.startswith(f"{account}.dkr.ecr.{region}.")


def test_an_image_of_ones_own_needs_no_registry() -> None:
    uri = "111122223333.dkr.ecr.moon-west-1.amazonaws.com/mine:1"
    registry = ImageRegistry(Stack(App(), "Stack", env=Place(region="moon-west-1")))
    predictor = _one(image_uri=uri)

    assert registry.image_of(predictor).inference_uri == uri
    assert len(registry.repository_arns([predictor])) == 1


def test_a_wildcard_without_a_bound_is_refused() -> None:
    from aws_cdk import aws_iam as iam

    role = iam.Role(Stack(App(), "Stack"), "Role", assumed_by=iam.AccountRootPrincipal())

    with pytest.raises(ValueError, match="say by `bound`"):
        grant(role, Permission(actions=("s3:GetObject",), resources=("arn:aws:s3:::b/*",)))
    with pytest.raises(ValueError, match=r"got action 's3:\*'; name each action"):
        grant(role, Permission(actions=("s3:*",), resources=("arn:aws:s3:::b",)))


def test_no_role_of_the_workflows_depends_on_the_number_of_predictors(
    synthesize: Callable[[Environment], Templates], crowded_settings: Environment
) -> None:
    few = parse_environment("e" * 20, {}, file="config/e.yaml")
    crowded, empty = (
        of_type(synthesize(settings)["Workflows"], "AWS::IAM::Policy")
        for settings in (crowded_settings, few)
    )

    assert crowded == empty
    for logical_id, policy in crowded.items():
        document = json.dumps(resolved(policy["Properties"]["PolicyDocument"]))
        assert len(document.replace(" ", "")) < 10240, logical_id


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
