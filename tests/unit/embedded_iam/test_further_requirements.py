"""Passed roles, volume keys, and calls for which no requirement can be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.model import UnknownActionError
from embedded_aws.iam.requirements.of_call import requirements_of
from tests.unit.embedded_iam.calls import needed

ROLE = "arn:aws:iam::123456789012:role/job"
STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack"
OBJECT = {"Bucket": "b", "Key": "k/x"}

MakeCall = Callable[..., ApiCall]


@pytest.mark.parametrize(
    ("service", "operation", "params", "passed_to"),
    [
        ("sagemaker", "CreateProcessingJob", {"RoleArn": ROLE}, "sagemaker.amazonaws.com"),
        ("lambda", "CreateFunction", {"Role": ROLE}, "lambda.amazonaws.com"),
        ("stepfunctions", "UpdateStateMachine", {"roleArn": ROLE}, "states.amazonaws.com"),
        ("cloudformation", "CreateStack", {"RoleARN": ROLE}, "cloudformation.amazonaws.com"),
        ("events", "PutTargets", {"Targets": [{"RoleArn": ROLE}]}, "events.amazonaws.com"),
        ("iam", "AddRoleToInstanceProfile", {"RoleName": "job"}, "ec2.amazonaws.com"),
    ],
)
def test_a_passed_role_says_to_which_service(
    make_call: MakeCall, service: str, operation: str, params: dict[str, Any], passed_to: str
) -> None:
    call = make_call(service, operation, **params)
    passing = [
        n for n in requirements_of(call, MotoState(call.account_id)) if n.action == "iam:PassRole"
    ]
    assert [(n.resource, n.context) for n in passing] == [
        (ROLE, {"iam:PassedToService": passed_to})
    ]


def test_reading_about_a_role_passes_none(make_call: MakeCall) -> None:
    call = make_call("cloudformation", "DescribeStacks", StackName="s", RoleARN=ROLE)
    assert needed(call) == [f"cloudformation:DescribeStacks {STACK}/s/*"]


KEY = "arn:aws:kms:us-east-1:123456789012:key/1234"
WITH_KEY = {"RoleArn": ROLE, "ResourceConfig": {"VolumeKmsKeyId": KEY}}
TRIALS_WITH_KEY = {"RoleArn": ROLE, "HyperParameterTuningResourceConfig": {"VolumeKmsKeyId": KEY}}


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("CreateTrainingJob", {"TrainingJobName": "t", **WITH_KEY}),
        (
            "CreateHyperParameterTuningJob",
            {"HyperParameterTuningJobName": "t", "TrainingJobDefinition": TRIALS_WITH_KEY},
        ),
    ],
)
def test_a_volume_key_needs_a_grant_by_caller_or_role(
    make_call: MakeCall, operation: str, request_: dict[str, Any]
) -> None:
    call = make_call("sagemaker", operation, **request_)
    grant = requirements_of(call, MotoState(call.account_id))[-1]
    assert (grant.action, grant.resource, grant.or_role) == ("kms:CreateGrant", KEY, ROLE)
    assert grant.context["kms:GrantIsForAWSResource"] == "true"


def test_an_operation_without_a_published_action_is_unknown(make_call: MakeCall) -> None:
    with pytest.raises(UnknownActionError, match="sagemaker:StopJob"):
        needed(make_call("sagemaker", "StopJob"))
    with pytest.raises(UnknownActionError, match="s3:RenameObject"):
        needed(make_call("s3", "RenameObject", **OBJECT))


def test_an_access_point_is_refused_by_name(make_call: MakeCall) -> None:
    point = "arn:aws:s3:us-east-1:123456789012:accesspoint/p"
    with pytest.raises(ApiError, match="does not support S3 access points"):
        needed(make_call("s3", "GetObject", Bucket=point, Key="k"))


def test_a_security_group_is_named_by_its_group_id(make_call: MakeCall) -> None:
    call = make_call("ec2", "RevokeSecurityGroupEgress", GroupId="sg-1")
    group = "arn:aws:ec2:us-east-1:123456789012:security-group/sg-1"
    assert needed(call) == [f"ec2:RevokeSecurityGroupEgress {group}"]
