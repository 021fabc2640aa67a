"""Simulations decide as the calls themselves are decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import allow, deny, policy_text

OBJECTS = "arn:aws:s3:::data/*"
INSIDE, OUTSIDE = "arn:aws:s3:::data/x", "arn:aws:s3:::other/x"


def _decisions(
    runtime: Runtime, source: str, actions: list[str], *resources: str, **more: Any
) -> list[str]:
    named = {"ResourceArns": list(resources)} if resources else {}
    answer = runtime.client("iam").simulate_principal_policy(
        PolicySourceArn=source, ActionNames=actions, **named, **more
    )
    assert answer["IsTruncated"] is False
    asked = [(action, resource) for action in actions for resource in (resources or ("*",))]
    results = answer["EvaluationResults"]
    assert [(r["EvalActionName"], r["EvalResourceName"]) for r in results] == asked
    return [result["EvalDecision"] for result in results]


def test_a_roles_policies_decide_for_each_action_and_resource(
    runtime: Runtime, make_role: Callable[..., str]
) -> None:
    role = make_role(
        allow("s3:GetObject", OBJECTS), allow("s3:PutObject", OBJECTS), deny("s3:PutObject", INSIDE)
    )
    found = _decisions(runtime, role, ["s3:GetObject", "s3:PutObject"], INSIDE, OUTSIDE)
    assert found == ["allowed", "implicitDeny", "explicitDeny", "implicitDeny"]
    assert _decisions(runtime, role, ["s3:ListBucket"]) == ["implicitDeny"]


@pytest.mark.parametrize(
    ("action", "key"), [("s3:PutObject", "inside/x"), ("s3:PutObject", "outside/x")]
)
def test_it_says_what_the_call_itself_gets(
    runtime: Runtime, make_role: Callable[..., str], bucket: str, action: str, key: str
) -> None:
    role = make_role(allow(action, f"arn:aws:s3:::{bucket}/inside/*"))
    credentials = runtime.role_credentials(role, "lambda.amazonaws.com", "test")
    try:
        runtime.client("s3", credentials).put_object(Bucket=bucket, Key=key, Body=b"")
        happened = "allowed"
    except ClientError:
        happened = "implicitDeny"
    assert _decisions(runtime, role, [action], f"arn:aws:s3:::{bucket}/{key}") == [happened]


def test_a_boundary_and_conditions_take_part(
    runtime: Runtime, make_role: Callable[..., str], unique: Callable[[str], str]
) -> None:
    boundary = runtime.client("iam").create_policy(
        PolicyName=unique("boundary"), PolicyDocument=policy_text(allow("s3:GetObject", "*"))
    )["Policy"]["Arn"]
    condition = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    role = make_role(
        allow("s3:*", OBJECTS) | {"Condition": condition}, PermissionsBoundary=boundary
    )
    entry = {"ContextKeyName": "aws:SourceVpc", "ContextKeyType": "string"}
    here, there = ([{**entry, "ContextKeyValues": [vpc]}] for vpc in ("vpc-1", "vpc-2"))
    actions = ["s3:GetObject", "s3:PutObject"]
    assert _decisions(runtime, role, actions, INSIDE, ContextEntries=here) == [
        "allowed",
        "implicitDeny",
    ]
    assert set(_decisions(runtime, role, actions, INSIDE, ContextEntries=there)) == {"implicitDeny"}


def test_a_user_and_policies_still_to_be_given(
    runtime: Runtime, unique: Callable[[str], str]
) -> None:
    name = unique("user")
    user = runtime.client("iam").create_user(UserName=name)["User"]["Arn"]
    assert _decisions(runtime, user, ["s3:GetObject"], INSIDE) == ["implicitDeny"]
    more = [policy_text(allow("s3:GetObject", OBJECTS))]
    assert _decisions(runtime, user, ["s3:GetObject"], INSIDE, PolicyInputList=more) == ["allowed"]


def test_the_administrator_may_do_anything(runtime: Runtime) -> None:
    administrator = runtime.client("sts").get_caller_identity()["Arn"]
    assert _decisions(runtime, administrator, ["iam:DeleteRole", "x:Y"]) == ["allowed", "allowed"]


def test_who_is_not_there_and_what_is_not_supported_are_refused(
    runtime: Runtime, make_role: Callable[..., str]
) -> None:
    simulate = runtime.client("iam").simulate_principal_policy
    nobody = "arn:aws:iam::123456789012:role/nobody"
    assert refused(lambda: simulate(PolicySourceArn=nobody, ActionNames=["s3:GetObject"]))[0] == (
        "NoSuchEntity"
    )
    role = make_role()
    code, message = refused(
        lambda: simulate(PolicySourceArn=role, ActionNames=["s3:GetObject"], ResourceOwner=nobody)
    )[:2]
    assert code == "InvalidInput"
    assert "does not support ResourceOwner" in message


def test_asking_needs_a_permission_of_its_own(
    runtime: Runtime, as_role: Callable[..., Any], make_role: Callable[..., str]
) -> None:
    role = make_role()
    call = {"PolicySourceArn": role, "ActionNames": ["s3:GetObject"]}
    client = as_role(allow("s3:*"))("iam")
    assert refused(lambda: client.simulate_principal_policy(**call))[0] == "AccessDenied"
    client = as_role(allow("iam:SimulatePrincipalPolicy", role))("iam")
    assert client.simulate_principal_policy(**call)["EvaluationResults"]


def test_service_quotas_are_refused_instead_of_invented(runtime: Runtime) -> None:
    client = runtime.client("service-quotas")
    code, message = refused(lambda: client.list_service_quotas(ServiceCode="sagemaker"))[:2]
    assert code == "NotImplemented"
    assert "there are no quotas here" in message


def test_policies_are_simulated_without_a_principal(runtime: Runtime) -> None:
    simulate = runtime.client("iam").simulate_custom_policy
    of_team = {"StringEquals": {"aws:PrincipalTag/team": "a"}}
    policies = [policy_text(allow("s3:GetObject", OBJECTS, Condition=of_team))]
    asked = {"PolicyInputList": policies, "ActionNames": ["s3:GetObject"], "ResourceArns": [INSIDE]}
    [unknown] = simulate(**asked)["EvaluationResults"]
    assert unknown["EvalDecision"] == "implicitDeny"
    assert unknown["MissingContextValues"] == ["aws:PrincipalTag/team"]
    entry = {"ContextKeyName": "aws:PrincipalTag/team", "ContextKeyType": "string"}
    entries = [entry | {"ContextKeyValues": ["a"]}]
    [known] = simulate(**asked, ContextEntries=entries)["EvaluationResults"]
    assert (known["EvalDecision"], known["MissingContextValues"]) == ("allowed", [])
    boundary = [policy_text(allow("s3:PutObject"))]
    [bounded] = simulate(
        **asked, ContextEntries=entries, PermissionsBoundaryPolicyInputList=boundary
    )["EvaluationResults"]
    assert bounded["EvalDecision"] == "implicitDeny"


def test_a_resources_policy_is_simulated_for_a_caller(
    runtime: Runtime, make_role: Callable[..., str]
) -> None:
    simulate = runtime.client("iam").simulate_custom_policy
    role = make_role()
    named = policy_text(allow("s3:GetObject", OBJECTS, Principal={"AWS": role}))
    closed = policy_text(deny("s3:GetObject", OBJECTS, Principal="*"))
    asked = {"ActionNames": ["s3:GetObject"], "ResourceArns": [INSIDE], "CallerArn": role}
    decisions = [
        simulate(PolicyInputList=policies, ResourcePolicy=guard, **asked)["EvaluationResults"][0][
            "EvalDecision"
        ]
        for policies, guard in (
            ([policy_text(allow("s3:PutObject"))], named),
            ([policy_text(allow("s3:PutObject"))], policy_text(allow("s3:Put*", Principal="*"))),
            ([policy_text(allow("s3:GetObject"))], closed),
        )
    ]
    assert decisions == ["allowed", "implicitDeny", "explicitDeny"]


def test_context_keys_of_policies_are_listed(
    runtime: Runtime, make_role: Callable[..., str]
) -> None:
    iam = runtime.client("iam")
    own = allow(
        "s3:GetObject",
        "arn:aws:s3:::b/${aws:username}/${*}",
        Condition={"StringLike": {"s3:prefix": "${aws:PrincipalTag/team, 'x'}/*"}},
    )
    keys = ["s3:prefix", "aws:username", "aws:PrincipalTag/team"]
    answer = iam.get_context_keys_for_custom_policy(PolicyInputList=[policy_text(own)])
    assert answer["ContextKeyNames"] == keys
    answer = iam.get_context_keys_for_principal_policy(PolicySourceArn=make_role(own))
    assert answer["ContextKeyNames"] == keys
