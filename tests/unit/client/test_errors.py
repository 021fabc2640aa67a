"""AWS's errors become a problem and advice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions as boto

from autogluon_client import TabularCloudPredictor
from autogluon_client.errors import (
    AutoGluonClientError,
    AwsRequestError,
    ConnectionFailedError,
    CredentialsError,
    MissingPackageError,
    PermissionMissingError,
    RegionError,
)
from tests.fakes.account import FakeAws
from tests.fakes.refusals import refused

_FAULT_OF_AWS = refused("InternalFailure", "oops.")
_FAULT_OF_AWS.response["ResponseMetadata"] = {"HTTPStatusCode": 500}
_NOT_THERE = refused("NotImplemented", "no quotas here.")
_NOT_THERE.response["ResponseMetadata"] = {"HTTPStatusCode": 501}


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        (refused("ExpiredTokenException", "token is expired"), CredentialsError, "aws sso login"),
        (refused("ExpiredToken", "x"), CredentialsError, "can be attached by name"),
        (refused("UnrecognizedClientException", "x"), CredentialsError, "get-caller-identity"),
        (boto.NoCredentialsError(), CredentialsError, "aws configure"),
        (boto.NoRegionError(), RegionError, "AWS_DEFAULT_REGION"),
        (boto.ProfileNotFound(profile="x"), CredentialsError, "list-profiles"),
        (boto.EndpointConnectionError(endpoint_url="http://x"), ConnectionFailedError, "network"),
        (
            refused("ThrottlingException", "slow down"),
            AwsRequestError,
            r"slow down\). Repeat the call",
        ),
        (_FAULT_OF_AWS, AwsRequestError, r"InternalFailure: oops\). Repeat the call in a minute"),
        (
            _NOT_THERE,
            AwsRequestError,
            r"does not implement Operation \(NotImplemented: no quotas here\)",
        ),
        (
            refused("ValidationException", "too long"),
            AwsRequestError,
            r"too long\). Look up that error code",
        ),
        (boto.ParamValidationError(report="x"), AwsRequestError, "Check the arguments"),
    ],
)
def test_faults_of_credentials_and_network_say_what_to_do(
    session: FakeAws, fault: Exception, kind: type[AutoGluonClientError], sentence: str
) -> None:
    def fail(**_: Any) -> Any:
        raise fault

    session.ssm.get_parameter = fail  # type: ignore[method-assign]
    with pytest.raises(kind, match=sentence):
        TabularCloudPredictor(predictor="income", session=session).fit("s3://data/a.csv")


@pytest.mark.parametrize(
    ("fault", "action"),
    [
        (
            refused(
                "AccessDeniedException",
                "User: arn:aws:sts::1:assumed-role/me/x is not authorized to perform: "
                "states:StartExecution on resource: arn:aws:states:us-east-1:1:stateMachine:m "
                "because no identity-based policy allows it",
            ),
            "states:StartExecution",
        ),
        (refused("AccessDenied", "Access Denied", "PutObject"), "s3:PutObject"),
        (refused("403", "Forbidden", "HeadObject"), "s3:GetObject"),
    ],
)
def test_a_missing_permission_is_named(session: FakeAws, fault: Exception, action: str) -> None:
    def fail(**_: Any) -> Any:
        raise fault

    session.states.start_execution = fail  # type: ignore[method-assign]
    predictor = TabularCloudPredictor(predictor="income", session=session)
    with pytest.raises(PermissionMissingError, match="generate_default_permission") as caught:
        predictor.fit("s3://data/a.csv")
    assert caught.value.action == action


def test_a_missing_package_is_named_with_the_command_and_the_version(
    predictor: TabularCloudPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "autogluon.tabular", None)
    with pytest.raises(MissingPackageError, match=r"autogluon\.tabular\[all\]==1\.6\.3"):
        predictor.to_local_predictor()


def test_a_predictor_is_never_unpacked_onto_another_one(
    predictor: TabularCloudPredictor, tmp_path: Path
) -> None:
    (tmp_path / "AutoGluonModels").mkdir()
    (tmp_path / "AutoGluonModels" / "old").touch()
    with pytest.raises(AutoGluonClientError, match="not empty"):
        predictor.download_trained_predictor("s3://artifacts/m.tar.gz", tmp_path)
