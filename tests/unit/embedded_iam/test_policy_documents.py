"""Documents that AWS refuses, with its sentences, and their neighbours that it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedded_aws.credentials import ADMIN
from embedded_aws.iam.documents.bucket import check_bucket_policy, is_public
from embedded_aws.iam.documents.identity import check_identity_policy, check_trust_policy
from embedded_aws.iam.documents.of_service import (
    check_key_policy,
    check_key_stays_changeable,
    check_queue_policy,
    check_topic_policy,
)
from embedded_aws.iam.documents.statements import DocumentError
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.conftest import ACCOUNT
from tests.unit.embedded_iam.policies import Statement, allow, policy_text

STATE = MotoState(ACCOUNT)
EVERYONE = {"Principal": "*"}
SOMEONE = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
MISSING_USER = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/absent"}}
MISSING_SERVICE = {"Principal": {"Service": "nonsense.amazonaws.com"}}


def trust(action: str = "sts:AssumeRole", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, **more}


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        (allow(Sid="with space"), "must be alpha-numeric"),
        (allow(**EVERYONE), "should not specify a principal"),
        (allow("GetObject"), "must be prefaced by a vendor"),
        (allow([]), "must contain actions"),
        (allow(resource="bucket/*"), 'bucket/* must be in ARN format or "*"'),
        (allow(resource="arn:foo:s3:::bucket/*"), 'Partition "foo" is not valid'),
        (allow(resource=[]), "must contain resources"),
        ({"Effect": "Allow", "Action": "s3:GetObject"}, "must contain resources"),
    ],
)
def test_an_identity_policy_that_iam_refuses(statement: Statement, part: str) -> None:
    with pytest.raises(DocumentError) as caught:
        check_identity_policy(policy_text(statement))
    assert part in str(caught.value)


def test_ids_of_statements_are_unique() -> None:
    with pytest.raises(DocumentError, match="must be unique"):
        check_identity_policy(policy_text(allow(Sid="A"), allow(Sid="A")))
    check_identity_policy(policy_text(allow(Sid="A1"), allow(Sid="b"), allow(), allow()))


@pytest.mark.parametrize("text", ["x", "[]", "{}", '{"Statement": []}', '{"Statement": ["x"]}'])
def test_a_document_without_statements_is_refused(text: str) -> None:
    with pytest.raises(DocumentError):
        check_identity_policy(text)


@pytest.mark.parametrize("resource", ["*", "arn:aws:s3:::b", "arn:*:s3:::b/*", "arn:aws:iam::*:x"])
def test_resources_that_iam_takes(resource: str) -> None:
    check_identity_policy(policy_text(allow(resource=resource)))


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        (trust(), "Missing required field Principal"),
        (trust("s3:GetObject", **EVERYONE), "may only specify STS AssumeRole actions"),
        (trust(Resource="*", **EVERYONE), "prohibited field Resource"),
        (trust(Sid="a b", **EVERYONE), "must be alpha-numeric"),
        (trust(**MISSING_USER), f'"AWS":"arn:aws:iam::{ACCOUNT}:user/absent"'),
        (trust(**MISSING_SERVICE), '"SERVICE":"nonsense.amazonaws.com"'),
        (trust(Principal={"AWS": "not-an-arn"}), 'Invalid principal in policy: "AWS":"not-an-arn"'),
    ],
)
def test_a_trust_policy_that_iam_refuses(statement: Statement, part: str) -> None:
    with pytest.raises(DocumentError) as caught:
        check_trust_policy(policy_text(statement), STATE, ACCOUNT)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    "service",
    [
        "lambda.amazonaws.com",
        "states.us-east-1.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "ecs-tasks.amazonaws.com",
        "scheduler.amazonaws.com",
        "ec2.amazonaws.com.cn",
        "sagemaker.application-autoscaling.amazonaws.com",
    ],
)
def test_services_that_exist_may_be_trusted(service: str) -> None:
    check_trust_policy(policy_text(trust(Principal={"Service": service})), STATE, ACCOUNT)


def test_existing_and_foreign_principals_may_be_trusted(make_role: Callable[..., str]) -> None:
    names = [make_role(), ACCOUNT, "arn:aws:iam::210987654321:role/theirs", "*"]
    check_trust_policy(policy_text(trust(Principal={"AWS": names})), STATE, ACCOUNT)


OBJECTS = "arn:aws:s3:::b/*"


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        (allow("s3:GetObject", "arn:aws:s3:::other/*", **SOMEONE), "invalid resource"),
        (allow("s3:GetObject", "arn:aws:s3:::bigger/*", **SOMEONE), "invalid resource"),
        (allow("s3:GetObject", "*", **SOMEONE), "invalid resource"),
        (allow("s3:GetObjekt", OBJECTS, **SOMEONE), "invalid action"),
        (allow("kms:Decrypt", OBJECTS, **SOMEONE), "invalid action"),
        (allow("s3:ListBucket", OBJECTS, **SOMEONE), "does not apply to any resource"),
        (allow("s3:GetObject", "arn:aws:s3:::b", **SOMEONE), "does not apply to any resource"),
        (allow("s3:GetObject", OBJECTS, **MISSING_USER), "Invalid principal in policy"),
        (allow("s3:GetObject", OBJECTS), "Missing required field Principal"),
    ],
)
def test_a_bucket_policy_that_s3_refuses(statement: Statement, part: str) -> None:
    with pytest.raises(DocumentError, match=part):
        check_bucket_policy(policy_text(statement), "b", STATE, ACCOUNT)


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:*", ["arn:aws:s3:::b", OBJECTS], **EVERYONE),
        allow(["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::b", OBJECTS], **SOMEONE),
        allow("s3:Get*", "arn:aws:s3:::b/a/?.csv", **SOMEONE),
        allow("s3:PutObject", "arn:aws:s3:::b*", **SOMEONE),
        allow("*", OBJECTS, **EVERYONE),
    ],
)
def test_a_bucket_policy_that_s3_takes(statement: Statement) -> None:
    check_bucket_policy(policy_text(statement), "b", STATE, ACCOUNT)


@pytest.mark.parametrize(
    ("statement", "public"),
    [
        (allow("s3:GetObject", OBJECTS, **EVERYONE), True),
        (allow("s3:GetObject", OBJECTS, Principal={"AWS": ["*"]}), True),
        (allow("s3:GetObject", OBJECTS, **SOMEONE), False),
        ({**allow("s3:GetObject", OBJECTS, **EVERYONE), "Effect": "Deny"}, False),
        (
            allow(**EVERYONE, Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}),
            False,
        ),
        (allow(**EVERYONE, Condition={"StringLike": {"aws:SourceVpc": "vpc-*"}}), True),
        (allow(**EVERYONE, Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), False),
        (allow(**EVERYONE, Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), True),
        (allow(**EVERYONE, Condition={"Bool": {"aws:SecureTransport": "true"}}), True),
    ],
)
def test_a_policy_is_public_where_nothing_fixes_its_callers(
    statement: Statement, public: bool
) -> None:
    assert is_public(policy_text(statement)) is public


def test_a_bucket_that_blocks_public_policies_takes_none(runtime: Runtime, bucket: str) -> None:
    s3 = runtime.client("s3", ADMIN)
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicPolicy": True}
    )
    objects = f"arn:aws:s3:::{bucket}/*"
    policy = policy_text(allow("s3:GetObject", objects, **EVERYONE))
    code, message = refused(lambda: s3.put_bucket_policy(Bucket=bucket, Policy=policy))
    assert code == "AccessDenied"
    assert "BlockPublicPolicy" in message
    own = policy_text(allow("s3:GetObject", objects, **SOMEONE))
    assert s3.put_bucket_policy(Bucket=bucket, Policy=own)


@pytest.mark.parametrize(
    ("check", "statement", "part"),
    [
        (check_key_policy, allow("kms:*", **MISSING_USER), "one or more invalid principals"),
        (check_topic_policy, allow("sqs:SendMessage", **SOMEONE), "out of service scope"),
        (check_topic_policy, allow("sns:Publisch", **SOMEONE), "out of service scope"),
        (check_topic_policy, allow("sns:Publish", **MISSING_USER), "PrincipalNotFound"),
        (check_queue_policy, allow("sns:Publish", **SOMEONE), "does not know"),
        (check_queue_policy, allow("sqs:SendMessage", **MISSING_USER), "does not exist"),
    ],
)
def test_policies_of_keys_topics_and_queues_that_are_refused(
    check: Callable[[str, MotoState, str], None], statement: Statement, part: str
) -> None:
    with pytest.raises(DocumentError, match=part):
        check(policy_text(statement), STATE, ACCOUNT)


@pytest.mark.parametrize(
    ("statement", "is_changeable"),
    [
        (allow("kms:*", **SOMEONE), True),
        (allow(["kms:Decrypt", "kms:put*"], **EVERYONE), True),
        ({"Effect": "Allow", "NotAction": "kms:Decrypt", "Resource": "*", **SOMEONE}, True),
        ({"Effect": "Allow", "NotAction": "kms:Put*", "Resource": "*", **SOMEONE}, False),
        (allow(["kms:Decrypt", "kms:PutAlias"], **SOMEONE), False),
        (allow("kms:*", Principal={"Service": "sns.amazonaws.com"}), False),
        ({**allow("kms:*", **SOMEONE), "Effect": "Deny"}, False),
    ],
)
def test_a_key_that_could_not_be_changed_again_is_refused(
    statement: Statement, is_changeable: bool
) -> None:
    text = policy_text(statement)
    if is_changeable:
        check_key_stays_changeable(text)
        return
    with pytest.raises(DocumentError, match="will not allow you to update the key policy"):
        check_key_stays_changeable(text)


def test_the_lockout_check_may_be_bypassed(runtime: Runtime) -> None:
    kms = runtime.client("kms", ADMIN)
    policy = policy_text(allow("kms:Decrypt", **SOMEONE))
    code, message = refused(lambda: kms.create_key(Policy=policy))
    assert code == "MalformedPolicyDocumentException"
    assert "in the future" in message
    assert kms.create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]


def test_inline_policies_of_a_role_share_one_quota(
    runtime: Runtime, make_role: Callable[..., str]
) -> None:
    iam, name = runtime.client("iam"), make_role().rpartition("/")[2]
    half = policy_text(allow(resource=[f"arn:aws:s3:::{'b' * 50}{n}" for n in range(80)]))
    put = {"RoleName": name, "PolicyDocument": half}
    iam.put_role_policy(PolicyName="one", **put)
    iam.put_role_policy(PolicyName="one", **put)
    code, message = refused(lambda: iam.put_role_policy(PolicyName="two", **put))
    assert code == "LimitExceeded"
    assert message == f"Maximum policy size of 10240 bytes exceeded for role {name}"
    iam.put_role_policy(RoleName=name, PolicyName="two", PolicyDocument=spaced(half))


def spaced(text: str) -> str:
    """The shortest policy, with more white space than the quota has room for."""
    return policy_text(allow()) + " " * len(text)


def test_a_managed_policy_and_a_trust_policy_have_quotas_of_their_own(
    runtime: Runtime, unique: Callable[[str], str]
) -> None:
    iam = runtime.client("iam")
    long = policy_text(allow(resource=[f"arn:aws:s3:::{'b' * 50}{n}" for n in range(100)]))
    message = refused(lambda: iam.create_policy(PolicyName=unique("p"), PolicyDocument=long))[1]
    assert message == "Cannot exceed quota for PolicySize: 6144"
    names = [f"arn:aws:iam::21098765432{n % 10}:role/{'r' * 50}" for n in range(30)]
    trusting = policy_text(trust(Principal={"AWS": names}))
    arguments = {"RoleName": unique("r"), "AssumeRolePolicyDocument": trusting}
    message = refused(lambda: iam.create_role(**arguments))[1]
    assert message == "Cannot exceed quota for ACLSizePerRole: 2048"


def test_a_role_has_ten_managed_policies(
    runtime: Runtime, make_role: Callable[..., str], unique: Callable[[str], str]
) -> None:
    iam, name = runtime.client("iam"), make_role().rpartition("/")[2]
    arns = [
        iam.create_policy(PolicyName=unique("p"), PolicyDocument=policy_text(allow()))["Policy"]
        for _ in range(11)
    ]
    for policy in arns[:10]:
        iam.attach_role_policy(RoleName=name, PolicyArn=policy["Arn"])
    last = arns[10]["Arn"]
    message = refused(lambda: iam.attach_role_policy(RoleName=name, PolicyArn=last))[1]
    assert message == "Cannot exceed quota for PoliciesPerRole: 10"
