"""Principals that requests name outside of policies exist, as those in policies do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.principal_intake import refuse_unknown_principal
from embedded_aws.runtime import ACCOUNT_ID, Runtime
from tests.unit.embedded_iam.calls import refused

MakeCall = Callable[..., ApiCall]
ROOT = f"arn:aws:iam::{ACCOUNT_ID}:root"
NO_ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/none"


@pytest.mark.parametrize(
    ("operation", "member", "known", "unknown"),
    [
        (
            "lambda:AddPermission",
            "Principal",
            ["*", ACCOUNT_ID, ROOT, "events.amazonaws.com"],
            ["nonsense", "12", NO_ROLE, "arn:aws:iam::12:root", "nonsense.amazonaws.com"],
        ),
        ("lambda:AddLayerVersionPermission", "Principal", ["*", ACCOUNT_ID], ["nonsense"]),
        (
            "kms:CreateGrant",
            "GranteePrincipal",
            [ROOT, "arn:aws:iam::999999999999:role/theirs"],
            ["nonsense", ACCOUNT_ID, "*", NO_ROLE, "lambda.amazonaws.com"],
        ),
        ("kms:CreateGrant", "RetiringPrincipal", [ROOT], ["nonsense", NO_ROLE]),
        ("sns:AddPermission", "AWSAccountId", [[ACCOUNT_ID]], [["12"], [ACCOUNT_ID, "everyone"]]),
        ("sqs:AddPermission", "AWSAccountIds", [[ACCOUNT_ID]], [["12"], [ACCOUNT_ID, "everyone"]]),
    ],
)
def test_only_principals_that_exist_are_let_in(
    make_call: MakeCall, operation: str, member: str, known: list[object], unknown: list[object]
) -> None:
    service, _, name = operation.partition(":")
    state = MotoState(ACCOUNT_ID)
    for value in known:
        refuse_unknown_principal(make_call(service, name, **{member: value}), state)
    for value in unknown:
        with pytest.raises(ApiError):
            refuse_unknown_principal(make_call(service, name, **{member: value}), state)


def test_a_grant_to_nobody_is_not_made(runtime: Runtime) -> None:
    kms = runtime.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    grant = {"KeyId": key, "Operations": ["Decrypt"]}
    code, message = refused(lambda: kms.create_grant(**grant, GranteePrincipal=NO_ROLE))
    assert (code, NO_ROLE in message) == ("InvalidArnException", True)
    assert kms.list_grants(KeyId=key)["Grants"] == []
    kms.create_grant(**grant, GranteePrincipal=ROOT)
    assert len(kms.list_grants(KeyId=key)["Grants"]) == 1
