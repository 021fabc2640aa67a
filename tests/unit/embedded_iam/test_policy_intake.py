"""Policies that cannot be honoured are not stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.policy_intake import refuse_malformed_policy
from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.conftest import ACCOUNT
from tests.unit.embedded_iam.policies import allow, deny, policy_text

GOOD = policy_text(allow())
UNKNOWN_ELEMENT = policy_text(allow(Conditions={}))
WITHOUT_RESOURCE = policy_text({"Effect": "Allow", "Action": "*"})
LAMBDA = {"Service": "lambda.amazonaws.com"}
TRUST = policy_text({"Effect": "Allow", "Principal": LAMBDA, "Action": "sts:AssumeRole"})
BUCKET = policy_text(allow("s3:GetObject", "arn:aws:s3:::b/*", Principal="*"))
POLICY = "Policy"


@pytest.mark.parametrize(
    ("document", "part"),
    [("{}}", "invalid Json"), (UNKNOWN_ELEMENT, "unknown element 'Conditions'")],
)
def test_a_role_does_not_get_a_policy_that_cannot_be_evaluated(
    runtime: Runtime, make_role: Callable[..., str], document: str, part: str
) -> None:
    iam, name = runtime.client("iam"), make_role().rpartition("/")[2]
    code, message = refused(
        lambda: iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    )
    assert (code, part in message) == ("MalformedPolicyDocument", True)
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == []


@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        ("iam", "CreatePolicy", {"PolicyDocument": WITHOUT_RESOURCE}, "MalformedPolicyDocument"),
        ("iam", "CreateRole", {"AssumeRolePolicyDocument": "x"}, "MalformedPolicyDocument"),
        ("s3", "PutBucketPolicy", {POLICY: UNKNOWN_ELEMENT}, "MalformedPolicy"),
        ("kms", "PutKeyPolicy", {POLICY: "[]"}, "MalformedPolicyDocumentException"),
        ("sns", "CreateTopic", {"Attributes": {POLICY: "[]"}}, "InvalidParameter"),
        (
            "sns",
            "SetTopicAttributes",
            {"AttributeName": POLICY, "AttributeValue": "[]"},
            "InvalidParameter",
        ),
        ("sqs", "SetQueueAttributes", {"Attributes": {POLICY: "[]"}}, "InvalidAttributeValue"),
        (
            "ecr",
            "SetRepositoryPolicy",
            {"policyText": policy_text(deny())},
            "InvalidParameterException",
        ),
    ],
)
def test_a_policy_that_could_not_be_honoured_is_refused(
    make_call: Callable[..., ApiCall],
    service: str,
    operation: str,
    params: dict[str, Any],
    code: str,
) -> None:
    with pytest.raises(ApiError) as caught:
        refuse_malformed_policy(make_call(service, operation, **params), MotoState(ACCOUNT))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("iam", "PutRolePolicy", {"PolicyDocument": GOOD}),
        ("iam", "CreateRole", {"AssumeRolePolicyDocument": TRUST}),
        ("sns", "SetTopicAttributes", {"AttributeName": "DisplayName", "AttributeValue": "[]"}),
        ("sns", "CreateTopic", {"Name": "t"}),
        ("ecr", "SetRepositoryPolicy", {"policyText": WITHOUT_RESOURCE}),
        ("s3", "PutBucketPolicy", {"Bucket": "b", POLICY: BUCKET.encode()}),
    ],
)
def test_other_calls_pass(
    make_call: Callable[..., ApiCall], service: str, operation: str, params: dict[str, Any]
) -> None:
    refuse_malformed_policy(make_call(service, operation, **params), MotoState(ACCOUNT))


def test_a_users_boundary_is_refused_by_name(make_call: Callable[..., ApiCall]) -> None:
    call = make_call("iam", "CreateUser", UserName="u", PermissionsBoundary="arn:p")
    with pytest.raises(ApiError, match="does not support PermissionsBoundary of users"):
        refuse_malformed_policy(call, MotoState(ACCOUNT))
