"""Roles assumed with the identity token of a CI system."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config

from embedded_aws.credentials import ADMIN, Credentials
from embedded_aws.iam.identity_token_endpoint import IDENTITY_TOKEN_PATH
from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import allow

GITHUB = "https://token.actions.githubusercontent.com"
HOST = GITHUB.removeprefix("https://")
AUDIENCE = "sts.amazonaws.com"
CLAIMS = {
    "aud": AUDIENCE,
    "sub": "repo:octo-org/octo-repo:environment:prod",
    "environment": "prod",
    "ref": "refs/heads/main",
    "repository": "octo-org/octo-repo",
}
ABSENT = object()
ADMINISTRATOR = (ADMIN.access_key_id, ADMIN.secret_access_key)
MakeRole = Callable[..., str]


@pytest.fixture
def provider(runtime: Runtime) -> Iterator[str]:
    iam = runtime.client("iam")
    answer = iam.create_open_id_connect_provider(Url=GITHUB, ClientIDList=[AUDIENCE])
    arn = answer["OpenIDConnectProviderArn"]
    yield arn
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)


@pytest.fixture
def role(make_role: MakeRole, provider: str) -> str:
    return make_role(
        allow("s3:ListAllMyBuckets"),
        trust={
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {f"{HOST}:{name}": value for name, value in CLAIMS.items()}
            },
        },
    )


@pytest.fixture
def token_of(runtime: Runtime) -> Callable[..., str]:
    def issue(issuer: str = GITHUB, **claims: Any) -> str:
        said = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not ABSENT}
        document = {"issuer": issuer, "claims": said}
        return str(ask_for_token(runtime, document).json()["token"])

    return issue


def ask_for_token(
    runtime: Runtime, document: Any, auth: tuple[str, str] | None = ADMINISTRATOR
) -> requests.Response:
    url = runtime.endpoint_url + IDENTITY_TOKEN_PATH
    return requests.post(url, json=document, auth=auth, timeout=10)


def assume(runtime: Runtime, role: str, token: str, **more: Any) -> dict[str, Any]:
    sts = boto3.client(
        "sts",
        region_name="eu-central-1",
        endpoint_url=runtime.endpoint_url,
        config=Config(signature_version=UNSIGNED),
    )
    answer: dict[str, Any] = sts.assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="deploy-17", WebIdentityToken=token, **more
    )
    return answer


def test_a_trusted_token_gives_the_role_and_nothing_more(
    runtime: Runtime, role: str, provider: str, token_of: Callable[..., str]
) -> None:
    answer = assume(runtime, role, token_of(), DurationSeconds=900)
    assert answer["SubjectFromWebIdentityToken"] == CLAIMS["sub"]
    assert (answer["Audience"], answer["Provider"]) == (AUDIENCE, provider)
    got = answer["Credentials"]
    own = Credentials(got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])
    assert runtime.client("s3", own).list_buckets()
    assert refused(lambda: runtime.client("iam", own).list_roles())[0] == "AccessDenied"


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "repo:octo-org/octo-repo:environment:dev", "environment": "dev"},
        {"ref": "refs/heads/other"},
        {"repository": "octo-org/other"},
        {"sub": "repo:octo-org/octo-repo:pull_request", "environment": ABSENT},
        {"environment": None},
    ],
)
def test_a_token_of_another_place_is_refused(
    runtime: Runtime, role: str, token_of: Callable[..., str], claims: dict[str, Any]
) -> None:
    code, message = refused(lambda: assume(runtime, role, token_of(**claims)))
    assert code == "AccessDenied"
    assert message == "Not authorized to perform sts:AssumeRoleWithWebIdentity"


def test_an_invalid_token_is_refused_by_its_fault(
    runtime: Runtime, role: str, token_of: Callable[..., str]
) -> None:
    elsewhere = token_of("https://gitlab.com")
    for token, expected in (
        (token_of(aud="somebody else"), "Incorrect token audience"),
        (token_of(aud=["somebody else", "another"]), "Incorrect token audience"),
        (token_of(aud=ABSENT), "Incorrect token audience"),
        (token_of(nbf=time.time() + 600), "The token is not yet valid"),
        (elsewhere, "No OpenIDConnect provider found in your account for https://gitlab.com"),
        (token_of()[:-4] + "AAAA", "signature could not be verified"),
        ("not.a.token", "signature could not be verified"),
    ):
        code, message = refused(lambda token=token: assume(runtime, role, token))
        assert code == "InvalidIdentityToken"
        assert expected in message
    code, message = refused(lambda: assume(runtime, role, token_of(exp=1_700_000_000)))
    assert code == "ExpiredTokenException"
    assert message.startswith("Token expired: current date/time ")


def test_a_null_claim_is_not_the_text_none(
    runtime: Runtime, make_role: MakeRole, provider: str, token_of: Callable[..., str]
) -> None:
    role = make_role(
        trust={
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{HOST}:environment": "None"}},
        }
    )
    code, _ = refused(lambda: assume(runtime, role, token_of(environment=None)))
    assert code == "AccessDenied"
    assert assume(runtime, role, token_of(environment="None"))["Credentials"]


def test_a_token_may_name_several_audiences_and_end_at_any_time(
    runtime: Runtime, role: str, token_of: Callable[..., str]
) -> None:
    token = token_of(aud=["another", AUDIENCE], exp=1e30)
    assert assume(runtime, role, token)["Audience"] == AUDIENCE


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": "tomorrow"}, "'exp' must be a NumericDate"),
        ({"exp": None}, "'exp' must be a NumericDate"),
        ({"exp": True}, "'exp' must be a NumericDate"),
        ({"nbf": "now"}, "'nbf' must be a NumericDate"),
        ({"aud": 1}, "'aud' must be"),
        ({"aud": [AUDIENCE, 1]}, "'aud' must be"),
        ({"sub": None}, "'sub' must be"),
    ],
)
def test_a_claim_of_a_wrong_form_gets_no_token(
    runtime: Runtime, claims: dict[str, Any], words: str
) -> None:
    answer = ask_for_token(runtime, {"issuer": GITHUB, "claims": {**CLAIMS, **claims}})
    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_a_role_for_services_does_not_trust_tokens(
    runtime: Runtime, make_role: MakeRole, provider: str, token_of: Callable[..., str]
) -> None:
    assert refused(lambda: assume(runtime, make_role(), token_of()))[0] == "AccessDenied"
    assert refused(lambda: assume(runtime, make_role() + "-absent", token_of()))[0] == (
        "AccessDenied"
    )


def test_the_bearer_of_a_token_is_not_an_account_principal(
    runtime: Runtime, make_role: MakeRole, provider: str, token_of: Callable[..., str]
) -> None:
    trusting_the_account = make_role(
        trust={
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "sts:AssumeRoleWithWebIdentity",
        }
    )
    code, _ = refused(lambda: assume(runtime, trusting_the_account, token_of()))
    assert code == "AccessDenied"


def test_tokens_are_issued_to_the_administrator_only(runtime: Runtime, role: str) -> None:
    asked = {"issuer": GITHUB, "claims": CLAIMS}
    assert ask_for_token(runtime, asked, auth=None).status_code == 403
    assert ask_for_token(runtime, {"issuer": 1}).status_code == 400
    url = runtime.endpoint_url + IDENTITY_TOKEN_PATH
    assert requests.get(url, auth=ADMINISTRATOR, timeout=10).status_code == 405
    token = ask_for_token(runtime, asked).json()["token"]
    assert assume(runtime, role, token)["Credentials"]
