"""Requests of an asynchronous endpoint end although its role is gone, or may do little."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

from embedded_aws.credentials import ADMIN
from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.container.answer import Answer
from embedded_aws.sagemaker.hosting.asynchronous.dispatcher import Dispatcher
from embedded_aws.sagemaker.hosting.asynchronous.outcome import RoleAccess
from embedded_aws.sagemaker.hosting.asynchronous.request import AsyncRequest
from embedded_aws.sagemaker.hosting.asynchronous.settings import async_settings
from embedded_aws.sagemaker.hosting.deployment import Deployment
from embedded_aws.sagemaker.hosting.endpoint import ENDPOINT, Endpoint
from embedded_aws.sagemaker.hosting.variant import Variant
from embedded_aws.sagemaker.hosting.variant_metrics import VariantMetrics
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.server import EmbeddedAws
from tests.waiting import until

OUTPUT = {
    "S3OutputPath": "s3://bucket/answers",
    "NotificationConfig": {"ErrorTopic": "arn:aws:sns:us-east-1:123456789012:errors"},
}
SETTINGS = async_settings({"AsyncInferenceConfig": {"OutputConfig": OUTPUT}})


def request(number: int, received: datetime) -> AsyncRequest:
    return AsyncRequest(
        inference_id=str(number),
        input_location=None,
        body=b"0",
        headers={},
        output_location="s3://bucket/answers/0.out",
        failure_location="s3://bucket/failures/0.out",
        ttl_seconds=60,
        timeout_seconds=900,
        received=received,
    )


class WithoutRole(SageMaker):
    """A SageMaker that can assume no role."""

    def assume(self, role_arn: str, resource_name: str, resource_arn: str) -> Any:
        raise ApiError("ValidationException", f"Could not assume role {role_arn}.")


def test_a_topic_that_cannot_be_told_does_not_keep_later_requests_waiting(
    aws: EmbeddedAws,
) -> None:
    service = WithoutRole(aws.runtime)
    endpoint = Endpoint("e", "arn:e", {})
    variant = Mock(spec=Variant, role_arn="gone", instances=(), in_flight=0)
    variant.name = "v"
    endpoint.deployment = Deployment("c", SETTINGS, {"v": cast(Any, variant)})
    service.region("us-east-1").table(ENDPOINT)["e"] = endpoint
    now = aws.runtime.clock.now()
    for number in range(3):
        endpoint.backlog.waiting.append(request(number, now - timedelta(hours=1)))

    Dispatcher(service, VariantMetrics(service)).wake()

    until(lambda: not endpoint.backlog, 10, "every request has expired")
    service.closing.set()


def test_a_models_error_that_cannot_be_stored_says_why(aws: EmbeddedAws) -> None:
    service = SageMaker(aws.runtime)
    answer = Answer(400, "application/json", b"{}", None)
    instance = SimpleNamespace(server=SimpleNamespace(invoke=lambda *_: answer))
    access = RoleAccess(service, ADMIN, "us-east-1")  # there is no bucket of this name
    assert SETTINGS is not None

    outcome, _ = Dispatcher(service, VariantMetrics(service))._outcome(
        request(0, aws.runtime.clock.now()), access, cast(Any, instance), SETTINGS
    )

    assert outcome.failure is not None
    assert outcome.failure.startswith("ClientError: Received client error (400) from model.")
    assert "Failed to upload the response to s3://bucket/failures/0.out" in outcome.failure
