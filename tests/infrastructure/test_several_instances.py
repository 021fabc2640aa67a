"""Templates of training on several instances: what is added, and only where it is declared."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from embedded_aws.activity_log import ActivityLog
from embedded_aws.sagemaker.training.encrypted_traffic import check_encrypted_traffic
from embedded_aws.server import EmbeddedAws
from tests.infrastructure.conftest import ROOT, Template, Templates
from tests.infrastructure.templates import flat, of_type, only, statements
from tests.infrastructure.test_parameters_deployed import deploy, part

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


def test_the_embedded_aws_accepts_the_created_group_for_encrypted_traffic(
    templates: Templates,
) -> None:
    network = part(templates["Foundation"], "Network")
    kinds = ("VPC", "Subnet", "SecurityGroup", "SecurityGroupIngress", "SecurityGroupEgress")
    of_kinds = {
        name: each
        for name, each in network["Resources"].items()
        if each["Type"] in {f"AWS::EC2::{kind}" for kind in kinds}
    }
    log = ActivityLog(io.StringIO())
    with EmbeddedAws(image_python=ROOT, log=log, services=("iam", "cloudformation")) as aws:
        alone = part({"Resources": of_kinds}, "")
        assert deploy(aws.runtime, "network", alone, "create") == "CREATE_COMPLETE"
        ec2 = aws.runtime.client("ec2")
        ids = {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for each in aws.runtime.client("cloudformation").describe_stack_resources(
                StackName="network"
            )["StackResources"]
        }
        request = {
            "VpcConfig": {
                "Subnets": [ids[name] for name in of_type(alone, "AWS::EC2::Subnet")],
                "SecurityGroupIds": [ids[name] for name in ids if name.startswith("NetworkJobs")],
            },
            "ResourceConfig": {"InstanceCount": 2},
            "EnableInterContainerTrafficEncryption": True,
        }
        check_encrypted_traffic(request, ec2)


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
