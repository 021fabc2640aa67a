"""A running embedded AWS with IAM in front of moto, and builders for policies, roles and calls."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.moto_server.werkzeug_app import BackendRequest
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from embedded_aws.activity_log import ActivityLog
from embedded_aws.credentials import Credentials
from embedded_aws.gateway import ApiCall
from embedded_aws.runtime import Runtime
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_iam.policies import Statement, policy_text

ACCOUNT = "123456789012"
REGION = "us-east-1"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def log_lines() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="session")
def runtime(log_lines: io.StringIO) -> Iterator[Runtime]:
    aws = EmbeddedAws(
        image_python=Path("unused"),
        services=("iam", "alarms"),
        log=ActivityLog(stream=log_lines),
    )
    with aws:
        yield aws.runtime


@pytest.fixture
def unique() -> Callable[[str], str]:
    return lambda prefix: f"{prefix}-{next(_numbers)}"


@pytest.fixture
def make_role(runtime: Runtime, unique: Callable[[str], str]) -> Callable[..., str]:
    """`make_role(*statements, trust=..., **CreateRole)` -> ARN of a role that Lambda may assume."""
    iam = runtime.client("iam")

    def make(*statements: Statement, trust: Statement | None = None, **arguments: Any) -> str:
        name = unique("role")
        trusting = trust or {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        role = iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=policy_text(trusting), **arguments
        )
        if statements:
            iam.put_role_policy(
                RoleName=name, PolicyName="own", PolicyDocument=policy_text(*statements)
            )
        return str(role["Role"]["Arn"])

    return make


@pytest.fixture
def as_role(runtime: Runtime, make_role: Callable[..., str]) -> Callable[..., Callable[[str], Any]]:
    """`as_role(*statements)("s3")` -> an S3 client with just these permissions."""

    def log_in(*statements: Statement, **arguments: Any) -> Callable[[str], Any]:
        credentials = runtime.role_credentials(
            make_role(*statements, **arguments), "lambda.amazonaws.com", "test"
        )
        return lambda service: runtime.client(service, credentials)

    return log_in


@pytest.fixture
def make_call() -> Callable[..., ApiCall]:
    """`make_call("s3", "GetObject", Bucket=..., Key=...)` -> a call as the gateway parses it."""

    def make(
        service: str, operation: str, headers: dict[str, str] | None = None, **params: Any
    ) -> ApiCall:
        request = BackendRequest(EnvironBuilder(headers=Headers(headers)).get_environ())
        return ApiCall(service, operation, params, "AKIAEXAMPLE", REGION, ACCOUNT, request)

    return make


@pytest.fixture
def credentials_of(runtime: Runtime) -> Callable[[dict[str, Any]], Credentials]:
    """AssumeRole's answer -> credentials for `runtime.client`."""

    def convert(answer: dict[str, Any]) -> Credentials:
        keys = answer["Credentials"]
        return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    return convert


@pytest.fixture
def bucket(runtime: Runtime, unique: Callable[[str], str]) -> str:
    """A bucket with `open/a.csv` and `closed/b.csv`."""
    name = unique("bucket")
    s3 = runtime.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="open/a.csv", Body=b"a")
    s3.put_object(Bucket=name, Key="closed/b.csv", Body=b"b")
    return name
