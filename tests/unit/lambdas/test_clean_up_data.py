"""Removing data with its stack."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from autogluon_lambdas.adapters.data_removal import BucketEmptier, ModelGroupRemover
from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.handlers.clean_up_data import handler
from autogluon_lambdas.logic.clean_up_data import DataCleaner
from autogluon_lambdas.ports import LogGroup
from tests.fakes.log_groups import MemoryLogGroups


class _Recorder:
    def __init__(self) -> None:
        self.removed: list[str] = []

    def remove(self, group: str) -> None:
        self.removed.append(group)

    def named(self, prefix: str) -> list[str]:
        return [f"{prefix}income", f"{prefix}gone"]

    def stop_logging(self, bucket: str) -> None:
        self.removed.append(f"logging of {bucket}")

    def empty(self, bucket: str, keep_going: Callable[[], None]) -> None:
        keep_going()
        self.removed.append(bucket)


def _event(kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/s/1",
        "RequestId": "request-1",
        "LogicalResourceId": "DataCleanUp",
        "ResourceProperties": {
            "Buckets": ["b1", "b2"],
            "ModelGroups": "a-",
            "LogGroups": "/e/a-",
            **properties,
        },
    }


def _clean(event: dict[str, Any], seconds_left: float = 900) -> list[str]:
    recorder = _Recorder()
    logs = MemoryLogGroups({"/e/a-income": LogGroup(), "/e/b-income": LogGroup()})
    DataCleaner(recorder, recorder, logs, lambda: seconds_left).clean(event)
    return [*recorder.removed, *(f"kept {name}" for name in logs.groups)]


def test_deletion_removes_models_and_then_data_without_logging_its_own_access() -> None:
    logging_off = ["logging of b1", "logging of b2"]
    # Also those of predictors that are declared no longer.
    removed = ["a-income", "a-gone", *logging_off, "b1", "b2"]
    assert _clean(_event("Delete")) == [*removed, "kept /e/b-income"]


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_creating_and_updating_remove_nothing(kind: str) -> None:
    assert _clean(_event(kind)) == ["kept /e/a-income", "kept /e/b-income"]


@pytest.mark.parametrize("names", [None, "bucket", [1], [""]])
def test_wrong_properties_are_refused_before_anything_is_removed(names: object) -> None:
    with pytest.raises(ValueError, match=r"^ResourceProperties\.Buckets: got .*a list of names$"):
        _clean(_event("Create", Buckets=names))


def test_running_out_of_time_says_how_to_go_on() -> None:
    with pytest.raises(TimeoutError, match="Delete the stack again to continue"):
        _clean(_event("Delete"), seconds_left=30)


@pytest.fixture
def answers() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """CloudFormation's ear: a URL and the answers that came to it."""
    received: list[dict[str, Any]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            assert self.headers["Content-Type"] == ""
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("localhost", 0), Ear)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://localhost:{server.server_port}/answer", received
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    _forget_clients()
    with mock_aws(
        config={
            "core": {
                "mock_credentials": True,
                "passthrough": {"urls": [r"http://localhost:\d+/.*"]},
            }
        }
    ):
        yield
    _forget_clients()


def _forget_clients() -> None:
    wiring.client.cache_clear()
    wiring.log_groups.cache_clear()


_CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 900_000)


@pytest.mark.usefixtures("aws")
def test_a_versioned_bucket_and_logs_are_gone_and_those_of_others_are_not(
    answers: tuple[str, list[dict[str, Any]]],
) -> None:
    s3, sagemaker = boto3.client("s3"), boto3.client("sagemaker")
    s3.create_bucket(Bucket="data-bucket")
    s3.put_bucket_versioning(Bucket="data-bucket", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket="data-bucket", Key="x", Body=body)
    s3.delete_object(Bucket="data-bucket", Key="x")
    logs = boto3.client("logs")
    for name in ("a-one", "a-two", "other-a-one"):
        logs.create_log_group(logGroupName=f"/e/{name}")
    sagemaker.create_model_package_group(ModelPackageGroupName="other-a-one")
    url, received = answers

    handler(
        {
            **_event("Delete", Buckets=["data-bucket", "never-created"]),
            "ResponseURL": url,
        },
        _CONTEXT,
    )

    assert received == [
        {
            "Status": "SUCCESS",
            "Reason": "done",
            "PhysicalResourceId": "clean-up-DataCleanUp",
            "StackId": _event("Delete")["StackId"],
            "RequestId": "request-1",
            "LogicalResourceId": "DataCleanUp",
        }
    ]
    s3.delete_bucket(Bucket="data-bucket")
    # Its name contains that of the environment.
    assert sagemaker.describe_model_package_group(ModelPackageGroupName="other-a-one")
    left = logs.describe_log_groups()["logGroups"]
    assert [group["logGroupName"] for group in left] == ["/e/other-a-one"]


@pytest.mark.usefixtures("aws")
def test_groups_of_models_are_found_by_the_beginning_of_their_names() -> None:
    sagemaker = boto3.client("sagemaker")
    for name in ("autogluon-dev-income", "autogluon-dev-gone", "my-autogluon-dev-income"):
        sagemaker.create_model_package_group(ModelPackageGroupName=name)

    found = ModelGroupRemover(sagemaker).named("autogluon-dev-")

    assert sorted(found) == ["autogluon-dev-gone", "autogluon-dev-income"]


@pytest.mark.usefixtures("aws")
def test_late_access_logs_are_refused() -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="artifacts")
    kept = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    s3.put_bucket_policy(
        Bucket="artifacts", Policy=json.dumps({"Version": "2012-10-17", "Statement": [kept]})
    )
    emptier = BucketEmptier(s3)

    emptier.stop_logging("artifacts")
    emptier.stop_logging("never-created")

    first, refused = json.loads(s3.get_bucket_policy(Bucket="artifacts")["Policy"])["Statement"]
    assert first == kept
    assert (refused["Effect"], refused["Resource"]) == ("Deny", "arn:aws:s3:::artifacts/*")


@pytest.mark.usefixtures("aws")
def test_a_failure_is_an_answer_too(answers: tuple[str, list[dict[str, Any]]]) -> None:
    url, received = answers
    event = {**_event("Delete", Buckets=None), "ResponseURL": url, "PhysicalResourceId": "old"}

    handler(event, _CONTEXT)

    assert received[0]["Status"] == "FAILED"
    assert received[0]["PhysicalResourceId"] == "old"
    assert received[0]["Reason"] == (
        "ValueError: ResourceProperties.Buckets: got None; allowed: a list of names"
    )
