"""API call -> the condition keys that it carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.context_keys import request_context

OBJECT = {"Bucket": "b", "Key": "k/x"}

MakeCall = Callable[..., ApiCall]


@pytest.mark.parametrize(
    ("service", "operation", "params", "key", "value"),
    [
        ("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": "p/"}, "s3:prefix", "p/"),
        ("s3", "ListObjectsV2", {"Bucket": "b"}, "s3:prefix", ""),
        ("s3", "GetObject", OBJECT, "s3:prefix", None),
        ("s3", "ListObjectsV2", {"Bucket": "b", "MaxKeys": 5}, "s3:max-keys", "5"),
        (
            "sagemaker",
            "CreateTrainingJob",
            {"ResourceConfig": {"InstanceType": "ml.m5.large"}},
            "sagemaker:InstanceTypes",
            ["ml.m5.large"],
        ),
        (
            "sagemaker",
            "CreateEndpointConfig",
            {"ProductionVariants": [{"InstanceType": "a"}, {"InstanceType": "b"}]},
            "sagemaker:InstanceTypes",
            ["a", "b"],
        ),
        (
            "sagemaker",
            "CreateTrainingJob",
            {"EnableNetworkIsolation": True},
            "sagemaker:NetworkIsolation",
            ["true"],
        ),
        ("sagemaker", "DescribeModel", {"ModelName": "m"}, "sagemaker:NetworkIsolation", None),
        ("cloudwatch", "PutMetricData", {"Namespace": "AG"}, "cloudwatch:namespace", "AG"),
        ("ssm", "PutParameter", {"Overwrite": True}, "ssm:Overwrite", "true"),
        ("kms", "Decrypt", {"EncryptionContext": {"a": "1"}}, "kms:EncryptionContext:a", "1"),
        ("iam", "AttachRolePolicy", {"PolicyArn": "arn:p"}, "iam:PolicyARN", "arn:p"),
        (
            "lambda",
            "CreateFunction",
            {"Tags": {"team": "growth"}},
            "aws:RequestTag/team",
            "growth",
        ),
        ("sns", "UntagResource", {"TagKeys": ["a"]}, "aws:TagKeys", ["a"]),
        ("ec2", "DescribeVpcs", {}, "aws:SecureTransport", "true"),
        ("ec2", "DescribeVpcs", {}, "aws:RequestedRegion", "us-east-1"),
    ],
)
def test_condition_keys_come_from_the_request(
    make_call: MakeCall,
    service: str,
    operation: str,
    params: dict[str, Any],
    key: str,
    value: Any,
) -> None:
    call = make_call(service, operation, **params)
    assert request_context(call, MotoState(call.account_id)).get(key) == value


def test_header_named_keys_come_from_the_headers(make_call: MakeCall) -> None:
    call = make_call("s3", "PutObject", {"x-amz-server-side-encryption": "aws:kms"}, **OBJECT)
    keys = request_context(call, MotoState(call.account_id))
    assert keys["s3:x-amz-server-side-encryption"] == "aws:kms"
    assert keys["s3:x-amz-acl"] is None
