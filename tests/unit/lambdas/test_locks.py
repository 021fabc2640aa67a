"""Locks in S3, against the embedded AWS's patched moto and against answers of S3."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.adapters.s3_locks import S3Locks
from autogluon_lambdas.ports import Lock
from embedded_aws.cloudformation.moto_s3 import patch_moto_s3
from tests.fakes.sandbox import KEY_ARN

LOCATION = S3Location("artifact-bucket", "income/promotion.lock")


@pytest.fixture
def locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Locks]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    patch_moto_s3()
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=LOCATION.bucket)
        yield S3Locks(client, KEY_ARN)


def test_a_lock_that_is_taken_tells_its_holder(locks: S3Locks) -> None:
    assert locks.take(LOCATION, "first") is None

    held = locks.take(LOCATION, "second")

    assert held is not None
    assert held.holder == "first"
    assert -1 <= held.held_seconds < 3600


def test_a_lock_is_taken_over_once(locks: S3Locks) -> None:
    locks.take(LOCATION, "first")
    held = locks.take(LOCATION, "second")
    assert held is not None

    assert locks.take_over(LOCATION, "second", held) is True
    assert locks.take_over(LOCATION, "third", held) is False

    now = locks.take(LOCATION, "third")
    assert now is not None
    assert now.holder == "second"


def test_a_lock_is_encrypted_with_the_environments_key(locks: S3Locks) -> None:
    locks.take(LOCATION, "first")

    head = boto3.client("s3").head_object(Bucket=LOCATION.bucket, Key=LOCATION.key)

    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", KEY_ARN)


def test_of_many_at_once_one_takes_the_lock(locks: S3Locks) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda name: locks.take(LOCATION, str(name)), range(64)))

    assert answers.count(None) == 1
    winner = answers.index(None)
    assert {answer.holder for answer in answers if answer} == {str(winner)}


def test_a_write_during_another_one_is_made_again() -> None:
    client = boto3.client("s3", region_name="us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
        stub.add_response("put_object", {})
        assert S3Locks(client, KEY_ARN).take(LOCATION, "b") is None

        stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
        stub.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
        assert S3Locks(client, KEY_ARN).take_over(LOCATION, "b", Lock("a", 1, "t")) is False


def test_what_s3_never_decides_is_an_error() -> None:
    client = boto3.client("s3", region_name="us-east-1")
    with Stubber(client) as stub:
        for _ in range(4):
            stub.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
        with pytest.raises(ClientError, match="ConditionalRequestConflict"):
            S3Locks(client, KEY_ARN).take(LOCATION, "b")
