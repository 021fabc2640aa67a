"""Templates of training on several instances: what is added, and only where it is declared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, of_type, only, statements

TAG = "aws:ResourceTag/autogluon:execution"


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    predictor = {
        "init_args": {"label": "y"},
        "fit_args": {"num_bag_folds": 8},
        "network_isolation": False,
        "training": {"instance_count": 3},
    }
    document = {"network": {"mode": "created"}, "predictors": {"ages": predictor}}
    return synthesize(parse_environment("dev", document, file="config/dev.yaml"))


def _handlers(template: Template) -> set[str]:
    functions = of_type(template, "AWS::Lambda::Function").values()
    return {each["Properties"]["Handler"].split(".")[2] for each in functions}


def _prefixes(template: Template) -> dict[str, int]:
    """How many days objects are kept, by their prefix."""
    return {
        rule["Prefix"]: rule["ExpirationInDays"]
        for bucket in of_type(template, "AWS::S3::Bucket").values()
        for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        if "Prefix" in rule
    }


def test_folds_expire_after_the_longest_job(templates: Templates, sandbox: Templates) -> None:
    assert _prefixes(templates["Foundation"])["_folds/"] == 6
    assert "_folds/" not in _prefixes(sandbox["Foundation"])


def test_members_of_the_jobs_group_reach_each_other(
    templates: Templates, guarded: Templates
) -> None:
    foundation = templates["Foundation"]
    way_in = only(foundation, "AWS::EC2::SecurityGroupIngress")["Properties"]
    way_out = only(foundation, "AWS::EC2::SecurityGroupEgress")["Properties"]
    group = flat(way_in["GroupId"])
    assert "Jobs" in group
    assert (way_in["IpProtocol"], flat(way_in["SourceSecurityGroupId"])) == ("-1", group)
    assert flat(way_out["GroupId"]) == group
    assert (way_out["IpProtocol"], flat(way_out["DestinationSecurityGroupId"])) == ("-1", group)
    assert not of_type(guarded["Foundation"], "AWS::EC2::SecurityGroupIngress")


def test_the_job_of_a_stopped_run_is_stopped(templates: Templates, sandbox: Templates) -> None:
    workflows = templates["Workflows"]
    assert "stop_training" in _handlers(workflows)
    assert "stop_training" not in _handlers(sandbox["Workflows"])
    [statement] = [
        each for path, each in statements(workflows)
        if "StoppedTrainings" in path and "sagemaker:StopTrainingJob" in each["Action"]
    ]  # fmt: skip
    assert statement["Action"] == ["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"]
    runs = flat(statement["Condition"]["StringLike"][TAG])
    assert runs.endswith("execution:autogluon-dev-train:*")


def test_the_planner_knows_how_many(templates: Templates) -> None:
    assert templates.spec("ages")["training"]["instance_count"] == 3
