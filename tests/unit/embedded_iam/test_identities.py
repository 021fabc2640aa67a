"""Who is calling: users, sessions, strangers and the unsigned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import requests

from embedded_aws.credentials import ADMIN, Credentials
from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import allow, deny, policy_text

Unique = Callable[[str], str]


def test_an_iam_users_key_works_until_it_is_switched_off(
    runtime: Runtime, unique: Unique, bucket: str
) -> None:
    iam, name = runtime.client("iam"), unique("user")
    iam.create_user(UserName=name)
    own = f"arn:aws:s3:::{bucket}/${{aws:username}}/*"
    iam.put_user_policy(
        UserName=name, PolicyName="p", PolicyDocument=policy_text(allow("s3:PutObject", own))
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    s3 = runtime.client("s3", credentials)
    assert s3.put_object(Bucket=bucket, Key=f"{name}/x", Body=b"")
    assert refused(lambda: s3.put_object(Bucket=bucket, Key="bob/x", Body=b""))[0] == "AccessDenied"
    identity = runtime.client("sts", credentials).get_caller_identity()
    assert identity["Arn"].endswith(f":user/{name}")
    iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refused(lambda: s3.list_buckets())[0] == "InvalidAccessKeyId"


@pytest.mark.parametrize(
    ("service", "method", "code"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("sns", "list_topics", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("ssm", "describe_parameters", "UnrecognizedClientException"),
        ("lambda", "list_functions", "UnrecognizedClientException"),
    ],
)
def test_an_unknown_key_is_turned_away(
    runtime: Runtime, service: str, method: str, code: str
) -> None:
    client = runtime.client(service, Credentials("AKIAUNKNOWN000000000", "x"))
    assert refused(getattr(client, method))[0] == code


def test_an_expired_session_and_a_wrong_token_are_turned_away(
    runtime: Runtime, make_role: Callable[..., str]
) -> None:
    role = make_role(allow("*"))
    good = runtime.role_credentials(role, "lambda.amazonaws.com", "expiring")
    stolen = Credentials(good.access_key_id, good.secret_access_key, "another token")
    assert refused(runtime.client("sns", stolen).list_topics)[0] == "InvalidClientTokenId"
    assert runtime.client("sns", good).list_topics()
    assert runtime.iam is not None
    session = runtime.iam.sessions.find(good.access_key_id)
    object.__setattr__(session, "expires_at", datetime.now(UTC) - timedelta(seconds=1))
    assert refused(runtime.client("sns", good).list_topics)[0] == "ExpiredToken"
    assert refused(runtime.client("ssm", good).describe_parameters)[0] == "ExpiredTokenException"


def test_a_session_ends_with_its_role(runtime: Runtime, make_role: Callable[..., str]) -> None:
    role = make_role()
    credentials = runtime.role_credentials(role, "lambda.amazonaws.com", "test")
    runtime.client("iam").delete_role(RoleName=role.rpartition("/")[2])
    sns = runtime.client("sns", credentials)
    assert refused(sns.list_topics)[0] == "InvalidClientTokenId"


def test_unsigned_requests_are_turned_away(runtime: Runtime, bucket: str) -> None:
    answer = requests.get(f"{runtime.endpoint_url}/{bucket}/open/a.csv", timeout=5)
    assert answer.status_code == 403
    assert "MissingAuthenticationToken" in answer.text


def test_a_bucket_policy_binds_the_administrator(runtime: Runtime, bucket: str) -> None:
    s3 = runtime.client("s3", ADMIN)
    unencrypted = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    everything = f"arn:aws:s3:::{bucket}/*"
    guard = deny("s3:PutObject", everything, Principal="*", Condition=unencrypted)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy_text(guard))
    code, message = refused(lambda: s3.put_object(Bucket=bucket, Key="x", Body=b""))
    assert code == "AccessDenied"
    assert message.endswith("with an explicit deny in a resource-based policy")
    assert s3.put_object(Bucket=bucket, Key="x", Body=b"", ServerSideEncryption="aws:kms")


def test_a_key_policy_without_the_account_shuts_the_administrator_out(
    runtime: Runtime, make_role: Callable[..., str]
) -> None:
    kms = runtime.client("kms", ADMIN)
    only = allow("kms:*", Principal={"AWS": make_role()})
    key = kms.create_key(Policy=policy_text(only), BypassPolicyLockoutSafetyCheck=True)
    code, message = refused(lambda: kms.encrypt(KeyId=key["KeyMetadata"]["Arn"], Plaintext=b"x"))
    assert code == "AccessDeniedException"
    assert "no resource-based policy allows the kms:Encrypt action" in message


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (
            "AWS4-ECDSA-P256-SHA256 Credential=AKIAX/20261128/s3/aws4_request, "
            "SignedHeaders=host, Signature=0",
            "4A",
        ),
        ("AWS AKIAX:c2lnbmF0dXJl", "2 in headers"),
    ],
)
def test_other_kinds_of_signatures_are_named(
    runtime: Runtime, bucket: str, header: str, kind: str
) -> None:
    url = f"{runtime.endpoint_url}/{bucket}/open/a.csv"
    answer = requests.get(url, headers={"Authorization": header}, timeout=5)
    assert answer.status_code == 501
    assert f"does not read signatures of version {kind}" in answer.text
