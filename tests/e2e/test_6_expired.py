"""Credentials that have expired: one sentence and the login, in the terminal and in Python."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

from autogluon_client import TabularCloudPredictor
from autogluon_client.errors import CredentialsError
from embedded_aws.runtime import DEFAULT_REGION
from embedded_aws.server import EmbeddedAws
from tests.e2e.cli_support import Shell
from tests.e2e.support import IMAGE_PYTHON

TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
}


@pytest.fixture(scope="module")
def expired() -> Iterator[dict[str, str]]:
    """Variables of a session whose time is over, at an AWS in this process: it can end it."""
    with EmbeddedAws(image_python=IMAGE_PYTHON, services=("iam",)) as aws:
        role = aws.runtime.client("iam").create_role(
            RoleName="person", AssumeRolePolicyDocument=json.dumps(TRUST)
        )["Role"]["Arn"]
        answer = aws.runtime.client("sts").assume_role(RoleArn=role, RoleSessionName="yesterday")
        keys = answer["Credentials"]
        assert aws.runtime.iam is not None
        session = aws.runtime.iam.sessions.find(keys["AccessKeyId"])
        object.__setattr__(session, "expires_at", datetime.now(UTC))
        yield {
            "AWS_ENDPOINT_URL": aws.endpoint_url,
            "AWS_DEFAULT_REGION": DEFAULT_REGION,
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }


def test_a_command_names_the_login(expired: dict[str, str], tmp_path: Path) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    terminal = Shell(tmp_path, inherited | expired | {"HOME": str(tmp_path)})
    (tmp_path / "rows.csv").write_text("age,class\n1,a\n")
    for arguments in (["runs"], ["train", "income", "rows.csv"]):
        answer = terminal.run(*arguments)
        assert answer.code == 4
        error, following = answer.stderr.strip().splitlines()[-2:]
        assert error.startswith("Error: The AWS credentials have expired")
        assert following == "Next:  aws sso login"
        assert "Traceback" not in answer.stderr


def test_a_call_names_the_login(expired: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in expired.items():
        monkeypatch.setenv(name, value)
    predictor = TabularCloudPredictor(predictor="income", session=boto3.session.Session())
    with pytest.raises(CredentialsError, match=r"have expired .* Log in again"):
        predictor.fit("s3://data/train.csv")
