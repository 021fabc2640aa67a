"""Where AWS's limits end, the sentence comes at synth."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk import Environment as Place
from aws_cdk.aws_logs import RetentionDays

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
from autogluon_contracts.documents.predictor_spec import BatchSpec, PredictorSpec, ServingSpec
from autogluon_contracts.documents.training_spec import TrainingSpec
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type, only, resolved

_MOST_PREDICTORS = 500
_MOST_SCHEDULES = 150
_SHARE = 0.6
# Its name, of at most 30 characters, in the digests, among the deployment's predictors and among
# those whose endpoints have log groups.
_PER_PREDICTOR = 130


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


def test_a_spec_that_no_parameters_hold_is_refused() -> None:
    with pytest.raises(SpecTooLongError, match=r"income: .* 1\d{5} characters .* 131072"):
        PredictorParameters(
            Stack(App(), "Stack"),
            "Predictors",
            environment="dev",
            specs={"income": spec_of(140_000)},
            registry="host",
            algorithms={},
            log_retention=RetentionDays.ONE_WEEK,
            removal_policy=RemovalPolicy.DESTROY,
            placement=None,
        )


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

    assert registry.host([_one()]).startswith(f"{account}.dkr.ecr.{region}.")


def test_an_image_of_ones_own_needs_no_registry() -> None:
    uri = "111122223333.dkr.ecr.moon-west-1.amazonaws.com/mine:1"
    registry = ImageRegistry(Stack(App(), "Stack", env=Place(region="moon-west-1")))
    predictor = _one(image_uri=uri)

    assert registry.image_of(predictor).inference_uri == uri
    assert registry.host([predictor]) == ""
    assert len(registry.repository_arns([predictor])) == 1


def test_a_wildcard_without_a_bound_is_refused() -> None:
    from aws_cdk import aws_iam as iam

    role = iam.Role(Stack(App(), "Stack"), "Role", assumed_by=iam.AccountRootPrincipal())

    with pytest.raises(ValueError, match="say by `bound`"):
        grant(role, Permission(actions=("s3:GetObject",), resources=("arn:aws:s3:::b/*",)))
    with pytest.raises(ValueError, match=r"got action 's3:\*'; name each action"):
        grant(role, Permission(actions=("s3:*",), resources=("arn:aws:s3:::b",)))


@pytest.fixture(scope="module")
def one_more(
    synthesize: Callable[[Environment], Templates], crowded_settings: Environment
) -> tuple[Templates, Templates]:
    """An environment with many predictors, and the same with one more."""
    declared = dict(crowded_settings.predictors)
    added = {**declared, "a-new-one": _one(endpoint={"instance_type": "ml.m5.large"})}
    return synthesize(crowded_settings), synthesize(
        crowded_settings.model_copy(update={"predictors": added})
    )


def test_one_more_predictor_changes_one_stack_and_adds_that_of_its_endpoint(
    one_more: tuple[Templates, Templates],
) -> None:
    before, after = one_more

    assert set(after) - set(before) == {"ANewOneEndpoint"}
    assert [name for name in before if before[name] != after[name]] == ["Workflows"]


def test_one_more_predictor_adds_a_line_to_three_resources(
    one_more: tuple[Templates, Templates],
) -> None:
    before, after = (templates["Workflows"]["Resources"] for templates in one_more)
    changed = [name for name in after if after[name] != before.get(name)]
    kinds = {after[name]["Type"] for name in changed}
    assert kinds == {"Custom::LogGroups", "Custom::Predictors", "AWS::SSM::Parameter"}
    own = [one_more[n]["Workflows"] for n in (0, 1)]
    assert len(json.dumps(own[1])) - len(json.dumps(own[0])) < _PER_PREDICTOR


def test_five_hundred_predictors_fit_with_room_to_spare(
    one_more: tuple[Templates, Templates],
) -> None:
    templates, _ = one_more
    more = _MOST_PREDICTORS - len(crowded(templates))
    for name, template in templates.items():
        resources, outputs = template["Resources"], template.get("Outputs", {})
        # The one thing that grows: names of 30 characters, a hundred in a parameter.
        grows = name == "Workflows"
        added = more // 100 + 1 if grows else 0
        length = len(json.dumps(template)) + (more * _PER_PREDICTOR if grows else 0)
        assert len(resources) + added < _SHARE * 500, name
        assert len(outputs) < _SHARE * 200, name
        assert length < _SHARE * 1_000_000, name
    roles = of_type(templates["Workflows"], "AWS::IAM::Role")
    for logical_id, policy in of_type(templates["Workflows"], "AWS::IAM::Policy").items():
        document = json.dumps(resolved(policy["Properties"]["PolicyDocument"]))
        assert len(document.replace(" ", "")) < 10240, logical_id
    assert all("ManagedPolicyArns" not in role["Properties"] for role in roles.values())


def crowded(templates: Templates) -> dict[str, str]:
    """The digests of the predictors' specs."""
    found: dict[str, str] = only(templates["Workflows"], "Custom::Predictors")["Properties"][
        "Digests"
    ]
    return found


def test_more_predictors_than_the_stacks_can_hold_are_refused() -> None:
    predictors = {f"p{n}": {"init_args": {"label": "y"}} for n in range(501)}

    with pytest.raises(SettingsError, match=r"predictors: .*at most 500"):
        parse_environment("dev", {"predictors": predictors}, file="config/dev.yaml")


def _scheduled(count: int) -> dict[str, Any]:
    """Settings with all that adds resources to Workflows, and so many schedules of long names."""
    daily = {
        "workflow": "train",
        "expression": "cron(0 3 ? * SUN *)",
        "timezone": "America/Argentina/Buenos_Aires",
        "input": {"train_data": "s3://{data_bucket}/a/rather/long/folder/name/{date}/"},
    }
    endpoint = {"instance_type": "ml.m5.large", "promote_on_approval": True}
    return {
        "notification_emails": ["oncall@example.com"],
        "alarms": {"failed_runs": 1},
        "encryption": {"log_groups": True},
        "network": {"mode": "created", "lambdas": True},
        "predictors": {
            f"{'p' * 27}{first:03d}": {
                "init_args": {"label": "y"},
                "endpoint": endpoint,
                "schedules": {
                    f"schedule-{number:03d}": daily
                    for number in range(first, min(first + 20, count))
                },
            }
            for first in range(0, count, 20)
        },
    }


def test_as_many_schedules_as_allowed_fit_with_room_to_spare(
    synthesize: Callable[[Environment], Templates],
) -> None:
    settings = parse_environment("e" * 20, _scheduled(_MOST_SCHEDULES), file="config/e.yaml")
    assert len(settings.schedules) == _MOST_SCHEDULES

    workflows = synthesize(settings)["Workflows"]

    assert len(workflows["Resources"]) < _SHARE * 500
    # Beside the lines of the most predictors.
    size = len(json.dumps(workflows)) + _MOST_PREDICTORS * _PER_PREDICTOR
    assert size < _SHARE * 1_000_000


def test_one_schedule_more_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"have 151 schedules; allowed: at most 150"):
        parse_environment("dev", _scheduled(_MOST_SCHEDULES + 1), file="config/dev.yaml")


def test_an_environment_without_predictors_synthesizes(
    synthesize: Callable[[Environment], Templates],
) -> None:
    templates = synthesize(parse_environment("dev", {}, file="config/dev.yaml"))

    assert set(templates) == {"Foundation", "Workflows"}
    document = flat(only(templates["Workflows"], "AWS::SSM::Parameter")["Properties"]["Value"])
    assert json.loads(document)["predictors"] == []
