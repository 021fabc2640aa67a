"""The front door: what it recognises, refuses, passes on and reports."""

from __future__ import annotations

import io
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.gateway.moto_answer import MotoAnswer, ask_moto
from embedded_aws.server import EmbeddedAws

ROLE = "arn:aws:iam::123456789012:role/of-a-model"


@pytest.fixture(scope="module")
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def aws(log: io.StringIO) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(image_python=Path("unused"), log=ActivityLog(log), services=("iam",)) as aws:
        yield aws


def test_what_the_register_lists_is_answered_by_moto(aws: EmbeddedAws) -> None:
    s3 = aws.runtime.client("s3")
    s3.create_bucket(Bucket="gateway-bucket")
    s3.put_object(Bucket="gateway-bucket", Key="a key/with space", Body=b"content")
    body = s3.get_object(Bucket="gateway-bucket", Key="a key/with space")["Body"].read()
    assert body == b"content"


def test_form_encoded_requests_reach_moto_with_their_body(aws: EmbeddedAws) -> None:
    topic = aws.runtime.client("sns").create_topic(Name="gateway-topic")["TopicArn"]
    assert topic.endswith(":gateway-topic")


def test_a_registered_operation_gets_the_parsed_request_and_answers(aws: EmbeddedAws) -> None:
    seen: list[ApiCall] = []

    def describe(call: ApiCall) -> dict[str, object]:
        seen.append(call)
        return {"EndpointName": call.params["EndpointName"], "EndpointStatus": "InService"}

    aws.runtime.gateway.register("sagemaker", "DescribeEndpoint", describe)
    answer = aws.runtime.client("sagemaker").describe_endpoint(EndpointName="e-1")
    assert answer["EndpointStatus"] == "InService"
    assert (seen[0].operation, seen[0].region) == ("DescribeEndpoint", "us-east-1")


def test_an_error_of_an_operation_reaches_the_client_with_code_and_status(aws: EmbeddedAws) -> None:
    def refuse(call: ApiCall) -> None:
        raise ApiError("ResourceInUse", "the name is taken", status=409)

    aws.runtime.gateway.register("sagemaker", "CreateModel", refuse)
    with pytest.raises(ClientError, match="the name is taken") as failure:
        aws.runtime.client("sagemaker").create_model(ModelName="m", ExecutionRoleArn=ROLE)
    assert failure.value.response["Error"]["Code"] == "ResourceInUse"
    assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_an_operation_missing_from_a_service_of_ours_is_named(aws: EmbeddedAws) -> None:
    aws.runtime.gateway.register_service("batch", {"ListJobs": lambda call: {}})
    with pytest.raises(ClientError, match=r"does not support batch:DescribeJobs.*ListJobs"):
        aws.runtime.client("batch").describe_jobs(jobs=["j"])


def test_a_fault_of_ours_is_an_internal_failure_and_is_logged(
    aws: EmbeddedAws, log: io.StringIO
) -> None:
    def break_down(call: ApiCall) -> None:
        raise KeyError("lost")

    aws.runtime.gateway.register("sagemaker", "DescribeModel", break_down)
    with pytest.raises(ClientError, match="KeyError") as failure:
        aws.runtime.client("sagemaker").describe_model(ModelName="m")
    assert failure.value.response["Error"]["Code"] == "InternalFailure"
    assert "test_gateway.py" in log.getvalue()


@pytest.mark.parametrize("path", ["/", "/moto-api/reset", "/gateway-bucket"])
def test_unsigned_requests_are_refused(aws: EmbeddedAws, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as failure:
        urllib.request.urlopen(aws.endpoint_url + path, data=b"", timeout=10)
    assert failure.value.code == 403


def test_it_listens_on_the_loopback_interface_only(aws: EmbeddedAws) -> None:
    assert aws._server is not None
    assert aws._server.server_address[0] == "127.0.0.1"


def test_a_taken_port_is_an_error_of_the_operating_system(aws: EmbeddedAws) -> None:
    other = EmbeddedAws(image_python=Path("unused"), port=aws.runtime.port, services=())
    with pytest.raises(OSError, match="in use"):
        other.start()


@pytest.mark.parametrize(
    ("service", "operation", "most"), [("iam", "list_roles", 1), ("sqs", "list_queues", 2)]
)
def test_moto_is_asked_for_one_thing_at_a_time_where_it_needs_that(
    aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, service: str, operation: str, most: int
) -> None:
    """As many calls are with moto at once as a barrier lets through."""
    together = threading.Barrier(2)
    found: list[int] = []

    def ask(*args: Any, **named: Any) -> MotoAnswer:
        try:
            together.wait(3)
            found.append(2)
        except threading.BrokenBarrierError:
            found.append(1)
        return ask_moto(*args, **named)

    monkeypatch.setattr("embedded_aws.gateway.gateway.ask_moto", ask)
    calls = [getattr(aws.runtime.client(service), operation) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for answer in [pool.submit(call) for call in calls]:
            answer.result()
    assert found == [most, most]
