"""Two environments of one account: no role of one may do to the other what it may do to its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest
from policy_sentry.querying.actions import get_action_data

from autogluon_constructs.settings import Environment
from scripts.environments_apart.across import (
    Acknowledgment,
    Try,
    acknowledgments,
    stale,
    tries_across,
    unexplained,
)
from scripts.environments_apart.attempts import Attempt, Role, roles_of
from scripts.environments_apart.environments import ENVIRONMENTS, Template, synthesized
from scripts.environments_apart.page import PAGE, page, summary
from scripts.shipped_environments import merged_examples, shipped
from scripts.synthesized_app import synthesized_app
from tests.never_empty import never_empty

Templates = Mapping[str, Template]


@pytest.fixture(scope="module")
def templates() -> dict[str, Templates]:
    return {name: synthesized(name) for name in ENVIRONMENTS}


@pytest.fixture(scope="module")
def environments(templates: dict[str, Templates]) -> dict[str, list[Role]]:
    return {name: roles_of(found) for name, found in templates.items()}


@pytest.fixture(scope="module")
def tries(environments: dict[str, list[Role]]) -> list[Try]:
    return tries_across(environments)


@pytest.fixture(scope="module")
def known() -> list[Acknowledgment]:
    return acknowledgments()


@pytest.mark.long
@pytest.mark.parametrize("settings", [*shipped(), merged_examples()], ids=lambda each: each.name)
def test_every_permission_of_a_shipped_environment_is_tried(
    environments: dict[str, list[Role]], settings: Environment
) -> None:
    with synthesized_app(settings) as (_, assembly):
        roles = roles_of({stack.stack_name: stack.template for stack in assembly.stacks})
    assert _permissions(never_empty(roles)) - _permissions(environments["dev"]) == set()


def _permissions(roles: Sequence[Role]) -> set[tuple[str, str]]:
    return {(role.label, attempt.action) for role in roles for attempt in role.attempts}


def test_every_action_succeeds_on_ones_own(environments: dict[str, list[Role]]) -> None:
    for role in never_empty(role for found in environments.values() for role in found):
        for attempt in never_empty(role.attempts):
            assert role.may(attempt), (role.label, attempt)


def test_every_action_fails_on_the_others_or_has_a_reason(
    environments: dict[str, list[Role]], tries: list[Try], known: list[Acknowledgment]
) -> None:
    print(summary(environments, tries))
    assert list(unexplained(tries, known)) == []
    assert sum(not tried.allowed for tried in tries) > 2000


def test_no_reason_outlives_what_is_allowed(tries: list[Try], known: list[Acknowledgment]) -> None:
    assert list(stale(tries, known)) == []


def test_aws_knows_no_resources_of_what_is_allowed_on_all(known: list[Acknowledgment]) -> None:
    # What has one form with and one without a resource is a permission on all without it.
    on_all = [action for each in known if each.resource == "*" for action in each.actions]
    for action in set(never_empty(on_all)) - {"cloudformation:DescribeStacks"}:
        service, _, name = action.partition(":")
        kinds = {entry["resource_arn_format"] for entry in get_action_data(service, name)[service]}
        assert kinds == {"*"}, action


def test_a_permission_that_leaves_out_the_environment_is_found(
    templates: dict[str, Templates], known: list[Acknowledgment]
) -> None:
    text = json.dumps(templates["dev"])
    name = "parameter/autogluon/dev/predictors/*/live-model"
    assert name in text
    careless = json.loads(text.replace(name, "parameter/autogluon/*/predictors/*/live-model"))

    tries = tries_across({"dev": roles_of(careless), "prod": roles_of(templates["prod"])})

    found = {(tried.role, tried.attempt.action) for tried in unexplained(tries, known)}
    assert ("Workflows/PromoteRole", "ssm:PutParameter") in found


def test_the_page_is_as_the_script_writes_it(
    environments: dict[str, list[Role]], tries: list[Try], known: list[Acknowledgment]
) -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(environments, tries, known), "run python -m scripts.environments_apart"


@pytest.mark.parametrize(
    ("kind", "machine", "label", "creation"),
    [
        ("training-job", "train", "TrainRole", "CreateTrainingJob"),
        ("hyper-parameter-tuning-job", "tune", "TuneRole", "CreateHyperParameterTuningJob"),
        ("transform-job", "batch-predict", "BatchPredictRole", "CreateTransformJob"),
        ("processing-job", "batch-predict", "BatchPredictRole", "CreateProcessingJob"),
        ("model", "batch-predict", "BatchPredictRole", "CreateModel"),
    ],
)
def test_a_tag_is_not_given_to_what_exists(
    environments: dict[str, list[Role]], kind: str, machine: str, label: str, creation: str
) -> None:
    resource = f"arn:aws:sagemaker:us-east-1:123456789012:{kind}/income-monday-0a1b2c3d"
    execution = f"arn:aws:states:us-east-1:123456789012:execution:autogluon-dev-{machine}:monday"
    own_tag = ("aws:RequestTag/autogluon:execution", execution)
    [role] = [role for role in environments["dev"] if role.label == f"Workflows/{label}"]

    while_created = Attempt(
        "sagemaker:AddTags", resource, (own_tag, ("sagemaker:TaggingAction", creation))
    )
    later = Attempt("sagemaker:AddTags", resource, (own_tag,))

    assert role.may(while_created)
    assert not role.may(later)
