"""`agcdk diff` tells people what changes: settings with prices, permissions, resources."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from autogluon_cli.changes.permissions import permission_section
from autogluon_cli.changes.resources import resource_section
from autogluon_cli.changes.templates import StackTemplates
from autogluon_cli.changes.values import shown_value, text_of
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import (
    ENDPOINT_STACK,
    GROUP_ARN,
    LIVE_MODEL_PARAMETER,
    spec,
)
from tests.unit.cli.declared import (
    changed,
    stack,
)
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal


@pytest.mark.parametrize(
    ("sections", "lines"),
    [
        (
            {"quality_gate": {"metric": "roc_auc", "minimum": 0.85, "on_pass": "approve",
                              "on_fail": "reject"}},
            ["  from the next run on:", "    quality_gate.minimum: 0.9 -> 0.85"],
        ),
        (
            {"budget": {"usd_per_month": 50}},
            ["  from the next run on:", "    budget.usd_per_month: not set -> 50"],
        ),
        (
            {"training": {"instance_type": "ml.m5.4xlarge", "max_runtime_seconds": 7200}},
            ["    training.instance_type: ml.m5.2xlarge -> ml.m5.4xlarge (0.461 -> 0.922 USD an "
             "hour)",
             "    training.max_runtime_seconds: 3600 -> 7200"],
        ),
        (
            {"fit_args": {"time_limit": 300}},
            ["  once a model is trained again: agcdk train income FILE:",
             "    fit_args.time_limit: 60 -> 300"],
        ),
        (
            {"endpoint": {"instance_type": "ml.m5.xlarge", "initial_instance_count": 2}},
            ["  while the endpoint answers:",
             "    endpoint: 1 x ml.m5.large, about 84 USD a month -> 2 x ml.m5.xlarge, about 336 "
             "USD a month"],
        ),
        (
            {"endpoint": {"instance_type": None, "mode": "serverless",
                          "serverless": {"memory_mb": 3072, "max_concurrency": 2}}},
            ["    endpoint: 1 x ml.m5.large, about 84 USD a month -> serverless, 3072 MB, 2 at "
             "once, about 0.06 USD for 1,000 s of requests",
             "    endpoint.mode: real-time -> serverless"],
        ),
        (
            {"endpoint": {"instance_type": None, "mode": "serverless",
                          "serverless": {"memory_mb": 1024, "max_concurrency": 2,
                                         "provisioned_concurrency": 1}}},
            ["    endpoint: 1 x ml.m5.large, about 84 USD a month -> serverless, 1024 MB, 2 at "
             "once, 1 warm, about 0.02 USD for 1,000 s of requests, and what stays warm all the "
             "time, at a price that the catalogue does not have"],
        ),
        (
            {"endpoint": {"instance_type": None, "mode": "component",
                          "component": {"shared_endpoint": "small", "copies": 2,
                                        "memory_mb": 1024, "cpus": 0.5}}},
            ["    endpoint: 1 x ml.m5.large, about 84 USD a month -> 2 copies on small of 1024 MB "
             "and 0.5 vCPUs each, billed as the instances of that endpoint",
             "    endpoint.mode: real-time -> component"],
        ),
        (
            {"endpoint": {"variants": {"challenger": {
                "weight": 1.0, "instance_type": "ml.m5.xlarge", "initial_instance_count": 1}}}},
            ["    endpoint: 1 x ml.m5.large, about 84 USD a month -> 1 x ml.m5.large, about 84 USD "
             "a month; with versions in all variants also challenger 1 x ml.m5.xlarge, about 252 "
             "USD a month together",
             "    endpoint.variants.challenger.instance_type: not set -> ml.m5.xlarge (0.23 USD "
             "an hour)"],
        ),
        (
            {"drift": {"min_rows": 500}},
            ["  from the next drift run on:", "    drift.min_rows: not set -> 500"],
        ),
        (
            {"endpoint": None},
            ["  endpoint: 1 x ml.m5.large, about 84 USD a month -> none"],
        ),
    ],
)  # fmt: skip
def test_a_changed_setting_is_told_with_its_price_and_its_time(
    terminal: Terminal, aws: FakeAws, declare: Any, sections: dict[str, Any], lines: list[str]
) -> None:
    aws.ssm.values[LIVE_MODEL_PARAMETER] = f"{GROUP_ARN}/1"
    declare(changed(**sections))
    code, out, err = terminal.run("diff")
    assert code == 0, err
    shown = out.splitlines()
    assert shown[0] == "Predictor income"
    assert not set(lines) - set(shown), out
    assert "Workflows: changes" in shown
    assert "{" not in out, "people do not read JSON"
    assert terminal.json("diff")["changes"][0]["title"] == "Predictor income"


def test_what_only_counts_once_a_model_is_live_says_so(
    terminal: Terminal, aws: FakeAws, declare: Any
) -> None:
    declare(changed(endpoint={"instance_type": "ml.m5.xlarge"}))
    _, out, _ = terminal.run("diff")
    assert "  when a model goes live:" in out


def test_new_predictors_and_those_that_go_are_named(
    terminal: Terminal, aws: FakeAws, declare: Any
) -> None:
    declare({**spec(), "name": "votes"})
    _, out, _ = terminal.run("diff")
    assert "Predictor votes\n  new, tabular that learns class; once a model is live, 1 x" in out
    assert "Predictor income\n  no longer declared; its models and data stay" in out


def test_an_endpoint_that_the_cdk_would_forget_is_named(
    terminal: Terminal, aws: FakeAws, declare: Any
) -> None:
    aws.stacks.add(ENDPOINT_STACK)
    aws.sagemaker.add_endpoint()
    write_settings("income")
    declare(changed(endpoint=None))
    _, out, _ = terminal.run("diff")
    assert "1 x ml.m5.large, about 84 USD a month) is no longer declared: " in out
    assert "agcdk deploy deletes it once you confirm; the models stay" in out


def test_without_the_permission_to_read_templates_the_cdks_own_lines_are_shown(
    terminal: Terminal, aws: FakeAws, declare: Any
) -> None:
    aws.permissions.denied.add("cloudformation:GetTemplate")
    declare(changed(fit_args={"time_limit": 300}))
    code, out, err = terminal.run("diff")
    assert code == 0
    assert "cloudformation:GetTemplate" in err
    assert "[~] Custom::Predictors" in out


def test_the_cdks_lines_are_shown_where_they_are_asked_for(
    terminal: Terminal, aws: FakeAws, declare: Any
) -> None:
    declare(changed(fit_args={"time_limit": 300}))
    _, out, _ = terminal.run("diff", "--templates")
    assert "fit_args.time_limit: 60 -> 300" in out
    assert '  [~] Custom::Predictors P {"Raw": 1}' in out
    _, markdown, _ = terminal.run("diff", "--markdown")
    assert "**Predictor income**" in markdown
    assert "  - fit_args.time_limit: 60 -> 300" in markdown
    assert "<details><summary>Workflows</summary>" in markdown


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    properties = {
        "PolicyDocument": {"Statement": list(statements)},
        "Roles": [{"Ref": "Job1234ABCD"}],
    }
    return {"Policy12345678": {"Type": "AWS::IAM::Policy", "Properties": properties}}


READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": {"Fn::Join": ["", [
    {"Fn::GetAtt": ["Data0A1B2C3D", "Arn"]}, "/*"]]}}  # fmt: skip
WRITE = {**READ, "Action": ["s3:GetObject", "s3:PutObject"]}
DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {
    "Bool": {"aws:SecureTransport": "false"}}}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([READ], [WRITE], ["wider: Job may s3:PutObject on ${Data.Arn}/*"]),
        ([WRITE], [READ], ["narrower: Job may no longer s3:PutObject on ${Data.Arn}/*"]),
        (
            [READ, DENY],
            [READ],
            ['wider: Job is no longer denied s3:* on * where {"Bool": {"aws:SecureTransport": '
             '"false"}}'],
        ),
        (
            [READ],
            [READ, DENY],
            ['narrower: Job is denied s3:* on * where {"Bool": {"aws:SecureTransport": "false"}}'],
        ),
        ([READ, DENY], [DENY, READ], []),
    ],
)  # fmt: skip
def test_permissions_are_told_as_wider_or_narrower(
    before: list[Any], after: list[Any], told: list[str]
) -> None:
    found = permission_section([stack(policy(*before), policy(*after))])
    assert ([] if found is None else [change.what for change in found.changes]) == told


def test_who_may_assume_a_role_and_invoke_a_function_is_told() -> None:
    def trusting(service: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole",
                     "Principal": {"Service": service}}  # fmt: skip
        document = {"AssumeRolePolicyDocument": {"Statement": statement}}
        return {"Job1234ABCD": {"Type": "AWS::IAM::Role", "Properties": document}}

    invoked = {"Type": "AWS::Lambda::Permission", "Properties": {
        "Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "Plan12345678"},
        "Principal": "events.amazonaws.com"}}  # fmt: skip
    before = trusting("sagemaker.amazonaws.com")
    after = {**trusting("ec2.amazonaws.com"), "Allowed": invoked}
    found = permission_section([stack(before, after)])
    assert found is not None
    assert [change.what for change in found.changes] == [
        "wider: ec2.amazonaws.com may sts:AssumeRole on Job",
        "wider: events.amazonaws.com may lambda:InvokeFunction on ${Plan}",
        "narrower: sagemaker.amazonaws.com may no longer sts:AssumeRole on Job",
    ]


def test_resources_are_told_by_what_they_are() -> None:
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {
        "MetricName": "ModelLatency", "ExtendedStatistic": "p99", "Threshold": 500000,
        "Period": 300, "ComparisonOperator": "GreaterThanOrEqualToThreshold"}}  # fmt: skip
    higher = copy.deepcopy(alarm)
    higher["Properties"]["Threshold"] = 600000

    def function(key: str, seconds: int) -> dict[str, Any]:
        properties = {"Code": {"S3Key": key}, "Timeout": seconds}
        return {"Type": "AWS::Lambda::Function", "Properties": properties}

    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}
    before = {"Old": higher, "Gone": bucket, "A": function("x", 3), "B": function("x", 3)}
    after = {"Old": alarm, "New": alarm, "A": function("y", 3), "B": function("y", 9)}
    found = resource_section(stack(before, after))
    assert found is not None
    assert [change.what for change in found.changes] == [
        "alarm Old: threshold: 600000 -> 500000",
        "S3 bucket Gone: no longer managed; it stays",
        "2 Lambda functions: new code",
        "Lambda function B: timeout: 3 -> 9",
        "alarm New: new, p99 of ModelLatency at least 500000 in 300 s",
    ]


def test_a_document_in_a_parameter_is_compared_inside() -> None:
    def parameter(*names: str) -> dict[str, Any]:
        value = {"Fn::Join": ["", ['{"predictors": ', json.dumps(names), ', "bucket": "',
                                   {"Ref": "Data0A1B2C3D"}, '"}']]}  # fmt: skip
        return {"Deployment": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": value}}}

    found = resource_section(stack(parameter("crime", "votes"), parameter("income", "votes")))
    assert found is not None
    assert [change.what for change in found.changes] == [
        "SSM parameter Deployment: value.predictors: adds income; drops crime"
    ]


def test_outputs_and_parameters_are_told_too() -> None:
    before = {"Resources": {}, "Outputs": {"Kept": {"Value": 1}}, "Conditions": {"Old": {}}}
    after = {
        "Resources": {},
        "Outputs": {"Kept": {"Value": 2}, "Added": {"Value": "by hand"}},
        "Parameters": {"Engine": {"Type": "String", "Default": "auto"}},
    }
    found = resource_section(StackTemplates("Delivery", before, after))
    assert found is not None
    assert [change.what for change in found.changes] == [
        "output Kept: value: 1 -> 2",
        "output Added: new, by hand",
        "parameter Engine: new, auto",
        "condition Old: deleted",
    ]


def test_variants_are_compared_one_by_one() -> None:
    def config(instance_type: str) -> dict[str, Any]:
        variant = {"InstanceType": instance_type, "VariantName": "main"}
        return {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {
            "ProductionVariants": [variant]}}  # fmt: skip

    found = resource_section(stack({"C": config("ml.m5.large")}, {"C": config("ml.c5.large")}))
    assert found is not None
    assert [change.what for change in found.changes] == [
        "SageMaker endpoint config C: production variants.instance type: ml.m5.large -> ml.c5.large"
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"Fn::Sub": "arn:${AWS::Partition}:${Key12345678}"}, "arn:${AWS::Partition}:${Key}"),
        ({"Fn::GetAtt": "Key12345678.Arn"}, "${Key.Arn}"),
        ([], "none"),
        ("x" * 100, f"{'x' * 57}..."),
        (0, "0"),
    ],
)
def test_values_are_written_in_a_line(value: Any, shown: str) -> None:
    assert shown_value(value) == shown
    assert "\n" not in text_of(value)
