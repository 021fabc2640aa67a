"""Captured requests are samples, in SageMaker's form, at SageMaker's places, under the key."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from embedded_aws.credentials import ADMIN, Credentials
from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.hosting.capture.record import Body, record_line
from embedded_aws.sagemaker.hosting.capture.settings import (
    CaptureSettings,
    capture_settings,
    check_capture_settings,
)
from embedded_aws.sagemaker.hosting.capture.writer import CaptureWriter
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

MOMENT = datetime(2026, 11, 29, 3, 4, 5, tzinfo=UTC)
BUCKET = "captures"


def config(**changes: Any) -> dict[str, Any]:
    return {
        "DataCaptureConfig": {
            "EnableCapture": True,
            "InitialSamplingPercentage": 100,
            "DestinationS3Uri": f"s3://{BUCKET}/income/captured",
            "CaptureOptions": [{"CaptureMode": "InputAndOutput"}],
            "CaptureContentTypeHeader": {
                "CsvContentTypes": ["text/csv"],
                "JsonContentTypes": ["application/json"],
            },
            **changes,
        }
    }


def settings(**changes: Any) -> CaptureSettings:
    found = capture_settings(config(**changes))
    assert found is not None
    return found


def record(sent: Body, answered: Body, **changes: Any) -> dict[str, Any]:
    line = record_line(settings(**changes), sent, answered, inference_id="i-1", moment=MOMENT)
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_record_has_the_members_of_sagemakers() -> None:
    found = record(
        Body(b"age\n39\n", "text/csv; charset=utf-8"),
        Body(b'[{"class": "<=50K"}]', "Application/JSON"),
    )
    assert found["captureData"] == {
        "endpointInput": {
            "observedContentType": "text/csv; charset=utf-8",
            "mode": "INPUT",
            "data": "age\n39\n",
            "encoding": "CSV",
        },
        "endpointOutput": {
            "observedContentType": "Application/JSON",
            "mode": "OUTPUT",
            "data": '[{"class": "<=50K"}]',
            "encoding": "JSON",
        },
    }
    event = found["eventMetadata"]
    assert event["inferenceId"] == "i-1"
    assert event["inferenceTime"] == "2026-11-29T03:04:05Z"
    assert len(event["eventId"]) == 36
    assert found["eventVersion"] == "0"


@pytest.mark.parametrize(
    "body", [Body(b"PAR1", "application/x-parquet"), Body(b"\xff", "text/csv"), Body(b"x", None)]
)
def test_what_is_not_text_of_a_listed_type_is_base64(body: Body) -> None:
    part = record(body, body)["captureData"]["endpointInput"]
    assert part["encoding"] == "BASE64"
    assert base64.b64decode(part["data"]) == body.content


@pytest.mark.parametrize(
    ("mode", "parts"),
    [
        ("Input", {"endpointInput"}),
        ("Output", {"endpointOutput"}),
        ("InputAndOutput", {"endpointInput", "endpointOutput"}),
    ],
)
def test_only_the_bodies_asked_for_are_captured(mode: str, parts: set[str]) -> None:
    body = Body(b"1", "text/csv")
    found = record(body, body, CaptureOptions=[{"CaptureMode": mode}])
    assert found["captureData"].keys() == parts


def test_a_switched_off_capture_is_none() -> None:
    assert capture_settings(config(EnableCapture=False)) is None
    assert capture_settings({}) is None


def test_asynchronous_endpoints_and_other_places_are_refused() -> None:
    with pytest.raises(ApiError, match="AsyncInferenceConfig"):
        check_capture_settings(config() | {"AsyncInferenceConfig": {"OutputConfig": {}}})
    with pytest.raises(ApiError, match="DestinationS3Uri"):
        check_capture_settings(config(DestinationS3Uri="https://bucket/captured"))


class _AnyRole(SageMaker):
    def assume(self, role_arn: str, resource_name: str, resource_arn: str) -> Credentials:
        return ADMIN


def ask(writer: CaptureWriter, inference_id: str, **changes: Any) -> None:
    endpoint = SimpleNamespace(name="autogluon-sandbox-income", arn="arn:e")
    variant = SimpleNamespace(name="AllTraffic", role_arn="role")
    body = Body(b"1", "text/csv")
    writer.capture(
        settings(**changes), "us-east-1", cast(Any, endpoint), cast(Any, variant), body, body,
        inference_id,
    )  # fmt: skip


def stored(s3: Any) -> list[str]:
    """The ids of what is in S3, after the places were looked at."""
    found: list[str] = []
    for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        key = item["Key"].split("/")
        assert key[:4] == ["income", "captured", "autogluon-sandbox-income", "AllTraffic"]
        assert len(key) == 9
        assert key[8].endswith(".jsonl")
        lines = s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read().splitlines()
        found += [json.loads(line)["eventMetadata"]["inferenceId"] for line in lines]
    return found


def captured(aws: EmbeddedAws, percentage: int, requests: int) -> list[str]:
    """What is in S3 after so many requests."""
    s3 = aws.runtime.client("s3", ADMIN)
    s3.create_bucket(Bucket=BUCKET)
    before = set(stored(s3))
    writer = CaptureWriter(_AnyRole(aws.runtime))
    for number in range(requests):
        ask(writer, f"i-{percentage}-{number}", InitialSamplingPercentage=percentage)
    last = f"last-{percentage}"
    ask(writer, last)
    until(lambda: last in stored(s3), 20, "the captured requests are in S3")
    return [each for each in stored(s3) if each not in before and each != last]


def test_every_request_is_written_by_endpoint_variant_and_hour(aws: EmbeddedAws) -> None:
    assert len(captured(aws, 100, 50)) == 50


def test_sampling_takes_about_its_share(aws: EmbeddedAws) -> None:
    assert 20 < len(captured(aws, 25, 200)) < 90


def test_what_is_collected_is_written_when_the_embedded_aws_ends(aws: EmbeddedAws) -> None:
    s3 = aws.runtime.client("s3", ADMIN)
    s3.create_bucket(Bucket=BUCKET)
    service = _AnyRole(aws.runtime)
    writer = CaptureWriter(service)
    at_the_end = aws.runtime.on_close.pop()
    service.closing.set()
    ask(writer, "collected")
    assert "collected" not in stored(s3)
    assert aws.runtime.kept.running() == ["data-capture/autogluon-sandbox-income"]

    at_the_end()

    assert stored(s3).count("collected") == 1
    assert aws.runtime.kept.running() == []
