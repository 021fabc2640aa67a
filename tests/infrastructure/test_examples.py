"""Every example of settings is valid, and those that no story deploys are synthesized."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, load_environment
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import of_type
from tests.never_empty import never_empty

EXAMPLES = Path(__file__).parents[2] / "examples"
Synthesize = Callable[[Environment], Templates]


def load(name: str) -> Environment:
    path = EXAMPLES / name
    return load_environment(path.stem, path.parent)


@pytest.mark.parametrize(
    "path",
    never_empty(sorted(EXAMPLES.rglob("*.yaml"))),
    ids=lambda path: str(path.relative_to(EXAMPLES)),
)
def test_an_example_is_valid_and_listed_with_the_others(path: Path) -> None:
    assert load(str(path.relative_to(EXAMPLES))).predictors
    assert f"`{path.relative_to(EXAMPLES).parts[0]}/`" in (EXAMPLES / "README.md").read_text()


def resources(templates: Templates, stack: str, kind: str) -> list[dict[str, Any]]:
    return [item["Properties"] for item in of_type(templates[stack], kind).values()]


def test_a_real_time_endpoint_scales_by_targets_steps_and_times(synthesize: Synthesize) -> None:
    templates = synthesize(load("modes/real-time.yaml"))

    policies = resources(templates, "HousingEndpoint", "AWS::ApplicationAutoScaling::ScalingPolicy")
    assert sorted(policy["PolicyType"] for policy in policies) == [
        "StepScaling",
        "StepScaling",
        "TargetTrackingScaling",
    ]
    [target] = resources(
        templates, "HousingEndpoint", "AWS::ApplicationAutoScaling::ScalableTarget"
    )
    assert {action["ScheduledActionName"] for action in target["ScheduledActions"]} == {
        "office",
        "night",
    }


def test_a_shadow_gets_copies_on_an_instance_of_its_own(synthesize: Synthesize) -> None:
    templates = synthesize(load("variants/shadow.yaml"))

    configs = resources(templates, "HousingEndpoint", "AWS::SageMaker::EndpointConfig")
    assert any("ShadowProductionVariants" in str(config) for config in configs)


def test_an_approval_starts_a_promotion(synthesize: Synthesize) -> None:
    templates = synthesize(load("updates/approval.yaml"))
    rules = resources(templates, "Workflows", "AWS::Events::Rule")
    assert any("ModelApprovalStatus" in str(rule.get("EventPattern")) for rule in rules)


def test_hours_and_an_end_are_schedules(synthesize: Synthesize) -> None:
    templates = synthesize(load("updates/hours.yaml"))
    schedules = resources(templates, "Workflows", "AWS::Scheduler::Schedule")
    assert {schedule["Name"] for schedule in schedules} == {
        "housing.hours-on",
        "housing.hours-off",
        "housing.ends",
    }


def test_two_accounts_declare_one_predictor_and_only_one_of_them_keeps_its_data(
    synthesize: Synthesize,
) -> None:
    dev, prod = load("two-accounts/dev.yaml"), load("two-accounts/prod.yaml")

    assert dev.account != prod.account
    asked = [
        (each.type, each.framework_version, each.init_args, each.fit_args)
        for each in (dev.predictors["housing"], prod.predictors["housing"])
    ]
    assert asked[0] == asked[1]  # what an imported version needs
    policies = [
        {
            item["DeletionPolicy"]
            for item in of_type(found["Foundation"], "AWS::S3::Bucket").values()
        }
        for found in (synthesize(dev), synthesize(prod))
    ]
    assert policies == [{"Delete"}, {"RetainExceptOnCreate"}]
