"""Approved versions start their promotion where the settings ask for it, and nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type, statements

FUNCTION = "PromoteApproved"


def _rules(templates: Templates) -> list[dict[str, Any]]:
    rules = of_type(templates["Workflows"], "AWS::Events::Rule").values()
    found = [rule["Properties"] for rule in rules]
    return [rule for rule in found if FUNCTION in flat(rule["Targets"][0]["Arn"])]


def test_nothing_of_it_exists_without_the_setting(sandbox: Templates) -> None:
    assert _rules(sandbox) == []
    assert FUNCTION not in str(sandbox["Workflows"])


def test_approvals_of_the_environments_groups_start_it_and_a_schedule_finds_missed_ones(
    rich: Templates,
) -> None:
    by_event, by_schedule = sorted(_rules(rich), key=lambda rule: "ScheduleExpression" in rule)
    assert by_event["EventPattern"] == {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {
            "ModelPackageGroupName": [{"prefix": "autogluon-rich-"}],
            "ModelApprovalStatus": ["Approved"],
        },
    }
    assert by_schedule["ScheduleExpression"] == "rate(1 hour)"


def test_it_may_read_versions_and_start_promotions_and_approve_nothing(rich: Templates) -> None:
    own = [
        statement
        for policy, statement in statements(rich["Workflows"])
        if policy.startswith(f"Approvals{FUNCTION}")
    ]
    actions = {
        action
        for statement in own
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    assert {action for action in actions if not action.startswith(("logs:", "xray:"))} == {
        "ssm:GetParameter",
        "ssm:GetParametersByPath",
        "sagemaker:ListModelPackages",
        "sagemaker:DescribeModelPackage",
        "states:StartExecution",
    }
    [started] = [s["Resource"] for s in own if s["Action"] == "states:StartExecution"]
    assert "Promote" in flat(started)


@pytest.fixture(scope="module")
def staged(synthesize: Callable[[Environment], Templates]) -> Templates:
    endpoint = {"instance_type": "ml.m5.large", "promote_on_stage": "Production/Approved"}
    predictor = {"init_args": {"label": "y"}, "endpoint": endpoint}
    return synthesize(
        parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")
    )


def test_a_stage_starts_it_by_the_same_rules(staged: Templates, rich: Templates) -> None:
    def patterns(templates: Templates) -> list[Any]:
        return [set(rule.get("EventPattern", {}).get("detail", ())) for rule in _rules(templates)]

    assert patterns(staged) == patterns(rich)


def test_a_promotion_neither_approves_nor_moves_to_a_stage(staged: Templates) -> None:
    [record] = [
        statement
        for _, statement in statements(staged["Workflows"])
        if statement["Action"] == "sagemaker:UpdateModelPackage" and "Condition" in statement
    ]
    assert record["Condition"] == {
        "Null": {
            "sagemaker:ModelApprovalStatus": "true",
            "sagemaker:ModelLifeCycle:stage": "true",
        }
    }
