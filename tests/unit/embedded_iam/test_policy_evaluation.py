"""The decision: which policies must allow, and which deny ends it."""

import json
from typing import Any

import pytest

from embedded_aws.iam.policy.conditions import PolicySyntaxError
from embedded_aws.iam.policy.context import Context
from embedded_aws.iam.policy.document import AccessRequest, Policy, compile_policy
from embedded_aws.iam.policy.evaluation import PrincipalPolicies, ResourcePolicies, evaluate
from embedded_aws.iam.policy.principals import Principal
from tests.unit.embedded_iam.policies import Statement, allow, deny, policy_text

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/train"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/train/run"
OBJECT = "arn:aws:s3:::data/income/train.csv"
PRINCIPAL = Principal(SESSION, ACCOUNT, role_arn=ROLE)


def policies(*statements: Statement) -> tuple[Policy, ...]:
    return (compile_policy(policy_text(*statements)),)


def request(
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    principal: Principal = PRINCIPAL,
    **context: str,
) -> AccessRequest:
    return AccessRequest(
        principal, action, resource, Context({k.replace("__", ":"): v for k, v in context.items()})
    )


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([], False),
        ([allow()], True),
        ([allow(resource="arn:aws:s3:::data/income/*")], True),
        ([allow(resource="arn:aws:s3:::data/housing/*")], False),
        ([allow(resource=["arn:aws:s3:::x/*", "arn:aws:s3:::data/*"])], True),
        ([allow(action="s3:PutObject")], False),
        ([allow(action=["s3:PutObject", "S3:GETOBJECT"])], True),
        ([allow(action="*")], True),
        ([allow(), deny(resource="arn:aws:s3:::data/income/*")], False),
        ([allow(), deny(resource="arn:aws:s3:::data/housing/*")], True),
        ([allow(), deny(action="s3:Delete*")], True),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], True),
        ([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}], False),
        ([{"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::logs/*"}], True),
        ([{"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::data/*"}], False),
        ([allow(), {"Effect": "Deny", "NotAction": "s3:GetObject", "Resource": "*"}], True),
        ([allow(), {"Effect": "Deny", "Action": "*", "NotResource": OBJECT}], True),
    ],
)
def test_identity_policies_decide(statements: list[Statement], allowed: bool) -> None:
    principal = PrincipalPolicies(identity=policies(*statements))
    assert evaluate(request(), principal, ResourcePolicies()).allowed is allowed


def test_a_deny_whose_condition_does_not_hold_denies_nothing() -> None:
    insecure = deny("s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    principal = PrincipalPolicies(identity=policies(allow(), insecure))
    assert evaluate(request(aws__SecureTransport="true"), principal, ResourcePolicies()).allowed
    denied = evaluate(request(aws__SecureTransport="false"), principal, ResourcePolicies())
    assert denied.reason == "with an explicit deny in an identity-based policy"


@pytest.mark.parametrize(
    ("boundary", "session", "allowed", "reason"),
    [
        (None, None, True, ""),
        ([allow("s3:*")], None, True, ""),
        ([allow("ssm:*")], None, False, "because no permissions boundary allows the"),
        ([], None, False, "because no permissions boundary allows the"),
        ([allow("s3:*"), deny()], None, False, "with an explicit deny in a permissions boundary"),
        (None, [allow("s3:*")], True, ""),
        (None, [allow("ssm:*")], False, "because no session policy allows the"),
        (None, [deny()], False, "with an explicit deny in a session policy"),
        ([allow("s3:*")], [allow("ssm:*")], False, "because no session policy allows the"),
    ],
)
def test_boundaries_and_session_policies_only_limit(
    boundary: list[Statement] | None,
    session: list[Statement] | None,
    allowed: bool,
    reason: str,
) -> None:
    principal = PrincipalPolicies(
        identity=policies(allow()),
        boundary=None if boundary is None else policies(*boundary),
        session=None if session is None else policies(*session),
    )
    decision = evaluate(request(), principal, ResourcePolicies())
    assert decision.allowed is allowed
    assert decision.reason.startswith(reason)


def test_a_boundary_alone_grants_nothing() -> None:
    principal = PrincipalPolicies(boundary=policies(allow("*")))
    assert not evaluate(request(), principal, ResourcePolicies()).allowed


@pytest.mark.parametrize(
    ("named", "identity", "boundary", "allowed"),
    [
        # Naming the account delegates to its identity policies, and grants nothing by itself.
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, [], None, False),
        ({"AWS": ACCOUNT}, [], None, False),
        ({"AWS": ACCOUNT}, [allow()], None, True),
        # Naming the role is as good as an identity policy, within its boundary.
        ({"AWS": ROLE}, [], None, True),
        ({"AWS": ROLE}, [], [allow("ssm:*")], False),
        # Naming the session, or everyone, is enough.
        ({"AWS": SESSION}, [], [allow("ssm:*")], True),
        ("*", [], None, True),
        ({"AWS": "*"}, [], None, True),
        ({"AWS": "arn:aws:iam::123456789012:role/other"}, [], None, False),
        ({"Service": "sagemaker.amazonaws.com"}, [], None, False),
    ],
)
def test_a_resource_policy_grants_to_those_it_names(
    named: Any, identity: list[Statement], boundary: list[Statement] | None, allowed: bool
) -> None:
    principal = PrincipalPolicies(
        identity=policies(*identity), boundary=None if boundary is None else policies(*boundary)
    )
    resource = ResourcePolicies(policies(allow(Principal=named)))
    assert evaluate(request(), principal, resource).allowed is allowed


def test_a_resource_policy_denies_whatever_identity_policies_allow() -> None:
    resource = ResourcePolicies(policies(deny(Principal="*")))
    decision = evaluate(request(), PrincipalPolicies(identity=policies(allow())), resource)
    assert decision.reason == "with an explicit deny in a resource-based policy"


@pytest.mark.parametrize(("exempt", "allowed"), [(ROLE, True), (f"{ROLE}-other", False)])
def test_not_principal_denies_everyone_else(exempt: str, allowed: bool) -> None:
    resource = ResourcePolicies(policies(deny(NotPrincipal={"AWS": exempt})))
    principal = PrincipalPolicies(identity=policies(allow()))
    assert evaluate(request(), principal, resource).allowed is allowed


@pytest.mark.parametrize(
    ("statements", "identity", "allowed"),
    [
        # A key policy without any statement for the caller locks out whoever has identity rights.
        ([], [allow("kms:*")], False),
        ([allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})], [], False),
        (
            [allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})],
            [allow("kms:Decrypt")],
            True,
        ),
        ([allow("kms:Decrypt", Principal={"AWS": ROLE})], [], True),
        (
            [
                allow(
                    "kms:*",
                    Principal={"AWS": ACCOUNT},
                    Condition={"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
                )
            ],
            [allow("kms:*")],
            False,
        ),
    ],
)
def test_a_key_policy_must_agree(
    statements: list[Statement], identity: list[Statement], allowed: bool
) -> None:
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"
    resource = ResourcePolicies(policies(*statements), decisive=True)
    decision = evaluate(
        request("kms:Decrypt", key), PrincipalPolicies(identity=policies(*identity)), resource
    )
    assert decision.allowed is allowed


def test_a_service_needs_a_resource_policy_that_names_it() -> None:
    service = Principal("events.amazonaws.com", service="events.amazonaws.com")
    source = "arn:aws:events:us-east-1:123456789012:rule/nightly"
    named = allow(
        "lambda:InvokeFunction",
        Principal={"Service": "events.amazonaws.com"},
        Condition={"ArnLike": {"aws:SourceArn": source}},
    )
    resource = ResourcePolicies(policies(named))
    function = "arn:aws:lambda:us-east-1:123456789012:function:f"

    def decide(source_arn: str) -> bool:
        asked = request("lambda:InvokeFunction", function, service, aws__SourceArn=source_arn)
        return evaluate(asked, PrincipalPolicies(), resource).allowed

    assert decide(source)
    assert not decide(f"{source}-other")


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("{", "not JSON"),
        ("[]", "must be an object"),
        ('{"Version": "2020-01-01", "Statement": []}', "Version must be one of"),
        ('{"Statement": [{"Effect": "Permit", "Action": "*"}]}', "Effect must be Allow or Deny"),
        ('{"Statement": [{"Effect": "Allow", "Resource": "*"}]}', "needs Action or NotAction"),
        (
            '{"Statement": [{"Effect": "Allow", "Action": "*", "Resources": "*"}]}',
            "unknown element 'Resources'",
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Action": "a", "NotAction": "b"}]}',
            "both Action and NotAction",
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Action": "*", "Principal": {"Aws": "*"}}]}',
            "Principal must be",
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Action": "*", "Principal": {"AWS": "arn:*"}}]}',
            "has a wildcard",
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Action": "*", "Condition": {"StringEquals": 1}}]}',
            r"Statement\[0\].Condition.StringEquals must be an object",
        ),
    ],
)
def test_a_malformed_policy_is_refused_with_its_place(document: str, sentence: str) -> None:
    with pytest.raises(PolicySyntaxError, match=sentence):
        compile_policy(document)


def test_old_policies_take_variables_literally() -> None:
    statement = allow(resource="arn:aws:s3:::data/${aws:username}")
    old = (compile_policy(json.dumps({"Version": "2008-10-17", "Statement": statement})),)
    asked = request(resource="arn:aws:s3:::data/ann", aws__username="ann")
    assert not evaluate(asked, PrincipalPolicies(identity=old), ResourcePolicies()).allowed
