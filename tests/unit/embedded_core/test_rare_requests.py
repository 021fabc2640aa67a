"""Requests that botocore's models allow and few clients send: found by generated ones."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.core.utils import get_service_model

from embedded_aws.activity_log import ActivityLog
from embedded_aws.rules.secrets import CHANGES
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_core.wsgi_caller import Called, WsgiCaller

Call = Callable[[str, str, dict[str, Any]], Called]


@pytest.fixture(scope="module")
def call() -> Iterator[Call]:
    aws = EmbeddedAws(image_python=Path("unused"), log=ActivityLog(io.StringIO()))
    caller = WsgiCaller(aws)
    try:
        yield lambda service, operation, members: caller.call(
            get_service_model(service).operation_model(operation), members
        )
    finally:
        aws.stop()


@pytest.fixture(scope="module")
def key(call: Call) -> str:
    created: str = call("kms", "CreateKey", {}).members["KeyMetadata"]["KeyId"]
    return created


@pytest.mark.parametrize("members", [{}, {"CiphertextBlob": b"x"}])
def test_what_the_model_requires_is_missed_before_anyone_is_asked_for_permission(
    call: Call, members: dict[str, Any]
) -> None:
    answer = call("kms", "ReEncrypt", members)
    assert (answer.status, b"'destinationKeyId'" in answer.body) == (400, True)


def test_a_grant_without_operations_does_not_lock_its_key(call: Call, key: str) -> None:
    grant = {"KeyId": key, "GranteePrincipal": "arn:aws:iam::123456789012:role/r", "Operations": []}
    assert call("kms", "CreateGrant", grant).status < 500
    assert call("kms", "DescribeKey", {"KeyId": key}).status == 200


@pytest.mark.parametrize(
    ("service", "operation", "members", "why"),
    [
        ("kms", "CreateGrant", {"KeyId": "{key}", "Operations": ["Decrypt"]}, "GranteePrincipal"),
        ("kms", "ReEncrypt", {"DestinationKeyId": "{key}"}, "CiphertextBlob"),
        ("iam", "UpdateGroup", {"GroupName": "g", "NewPath": "/a/"}, "NewGroupName"),
        (
            "logs",
            "PutDeliverySource",
            {"name": "n", "resourceArn": "arn:aws:s3:::b", "logType": "a"},
            "logs are not delivered",
        ),
        ("iam", "GetUser", {}, "iam:GetUser without UserName."),
        ("iam", "UpdateAccessKey", {"AccessKeyId": "A" * 20, "Status": "Inactive"}, "UserName"),
        ("kms", "GetKeyPolicy", {"KeyId": "{key}"}, "without PolicyName"),
        (
            "ec2",
            "CreateVpcEndpoint",
            {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.s3"},
            "without VpcEndpointType",
        ),
        (
            "kms",
            "CreateKey",
            {"KeySpec": "RSA_2048", "CustomerMasterKeySpec": "RSA_4096"},
            "with CustomerMasterKeySpec and KeySpec",
        ),
        (
            "secretsmanager",
            "CreateSecret",
            {"Name": "s", "SecretString": "a", "SecretBinary": b"b"},
            "with SecretBinary and SecretString",
        ),
        (
            "secretsmanager",
            "CreateSecret",
            {"Name": "s", "Tags": [{"Value": "v"}]},
            "with a tag that has no key",
        ),
        ("s3", "DeleteObject", {"Bucket": "b", "Key": "k", "IfMatch": '"e"'}, "with IfMatch"),
        (
            "s3",
            "CopyObject",
            {"Bucket": "b", "Key": "k", "CopySource": "b/o", "IfNoneMatch": "*"},
            "with IfNoneMatch",
        ),
        ("ssm", "CreatePatchBaseline", {"Name": "base"}, "there are no machines to patch"),
        (
            "logs",
            "PutSubscriptionFilter",
            {
                "logGroupName": "g",
                "filterName": "f",
                "filterPattern": "",
                "destinationArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
            },
            "logs are not delivered",
        ),
        (
            "s3",
            "PutObject",
            {"Bucket": "b", "Key": "k", "SSECustomerAlgorithm": "AES256"},
            "with SSECustomerAlgorithm",
        ),
        (
            "s3",
            "CopyObject",
            {"Bucket": "b", "Key": "k", "CopySource": "b/o", "CopySourceSSECustomerAlgorithm": "A"},
            "with CopySourceSSECustomerAlgorithm",
        ),
        ("logs", "DescribeLogGroups", {"logGroupIdentifiers": ["g"]}, "with logGroupIdentifiers"),
        (
            "ssm",
            "PutParameter",
            {"Name": "p", "Value": "v", "Type": "String", "Policies": "[]"},
            "with Policies",
        ),
        ("cloudwatch", "ListMetrics", {"RecentlyActive": "PT3H"}, "with RecentlyActive"),
        ("secretsmanager", "ListSecrets", {"SortOrder": "desc"}, "with SortOrder"),
        ("lambda", "ListLayers", {"CompatibleRuntime": "python3.13"}, "with CompatibleRuntime"),
        ("lambda", "Invoke", {"FunctionName": "f", "TenantId": "t"}, "with TenantId"),
        (
            "logs",
            "FilterLogEvents",
            {"logGroupName": "g", "unmask": True},
            "with unmask",
        ),
        (
            "logs",
            "FilterLogEvents",
            {"logGroupIdentifier": "g"},
            "with logGroupIdentifier",
        ),
    ],
)
def test_what_would_change_nothing_is_refused_by_name(
    call: Call, key: str, service: str, operation: str, members: dict[str, Any], why: str
) -> None:
    given = {name: key if value == "{key}" else value for name, value in members.items()}
    answer = call(service, operation, given)
    assert (answer.status, why.encode() in answer.body) == (501, True), answer.body


_CHANGES_OF_A_SECRET: dict[str, dict[str, Any]] = {
    "PutSecretValue": {"SecretString": "b"},
    "TagResource": {"Tags": [{"Key": "a", "Value": "b"}]},
    "UntagResource": {"TagKeys": ["a"]},
    "PutResourcePolicy": {"ResourcePolicy": "{}"},
    "DeleteResourcePolicy": {},
    "ReplicateSecretToRegions": {"AddReplicaRegions": [{"Region": "us-west-2"}]},
    "UpdateSecretVersionStage": {"VersionStage": "AWSPENDING"},
}


def test_a_secret_that_is_scheduled_for_deletion_is_not_changed(call: Call) -> None:
    assert set(_CHANGES_OF_A_SECRET) == set(CHANGES)
    name = {"SecretId": "deleted"}
    call("secretsmanager", "CreateSecret", {"Name": "deleted", "SecretString": "a"})
    call("secretsmanager", "DeleteSecret", {**name, "RecoveryWindowInDays": 7})
    for operation, members in _CHANGES_OF_A_SECRET.items():
        answer = call("secretsmanager", operation, {**name, **members})
        assert (answer.status, answer.code) == (400, "InvalidRequestException"), operation
    call("secretsmanager", "RestoreSecret", name)
    token = {"ClientRequestToken": "00000000-0000-0000-0000-000000000001"}
    changed = call("secretsmanager", "PutSecretValue", {**name, "SecretString": "b", **token})
    assert changed.status == 200
    assert call("secretsmanager", "GetSecretValue", name).members["SecretString"] == "b"
