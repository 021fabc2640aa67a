"""Read a request's input, store its answer and notify topics, all with the model's role."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.credentials import Credentials
from embedded_aws.sagemaker.container.answer import Answer
from embedded_aws.sagemaker.hosting.asynchronous.request import AsyncRequest
from embedded_aws.sagemaker.hosting.asynchronous.settings import AsyncSettings
from embedded_aws.sagemaker.service import SageMaker

# SageMaker guide, "Asynchronous inference": payloads of up to 1 GB.
_LARGEST_INPUT_BYTES = 1 << 30


class InputError(Exception):
    """The input cannot be read; the text is the request's failureReason."""


@dataclass(frozen=True)
class Outcome:
    """How one request ended.

    Attributes:
        answer: the container's response; None where it gave none.
        failure: the failureReason; None for an answer.
    """

    answer: Answer | None
    failure: str | None


@dataclass(frozen=True)
class RoleAccess:
    """S3 and SNS, as an endpoint's model may use them."""

    service: SageMaker
    credentials: Credentials
    region: str

    def read_input(self, request: AsyncRequest) -> bytes:
        """Return the request's payload.

        Raises:
            InputError: it cannot be read, or is too large.
        """
        if request.body is not None:
            return request.body
        bucket, key = _bucket_and_key(str(request.input_location))
        try:
            found = self._client("s3").get_object(Bucket=bucket, Key=key)
        except (ClientError, BotoCoreError) as error:
            raise InputError(
                f"ClientError: Failed to download data from {request.input_location}: {error}"
            ) from error
        if found["ContentLength"] > _LARGEST_INPUT_BYTES:
            raise InputError(
                f"ClientError: {request.input_location} has {found['ContentLength']} bytes; an "
                f"asynchronous endpoint takes at most {_LARGEST_INPUT_BYTES}."
            )
        body: bytes = found["Body"].read()
        return body

    def store(self, location: str, answer: Answer, settings: AsyncSettings) -> str | None:
        """Write an answer to S3; returns why that failed, or None."""
        bucket, key = _bucket_and_key(location)
        encrypted = (
            {}
            if settings.key_arn is None
            else {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": settings.key_arn}
        )
        try:
            self._client("s3").put_object(
                Bucket=bucket,
                Key=key,
                Body=answer.body,
                ContentType=answer.content_type,
                **encrypted,
            )
        except (ClientError, BotoCoreError) as error:
            return f"ClientError: Failed to upload the response to {location}: {error}"
        return None

    def notify(self, topic: str, message: Mapping[str, Any]) -> str | None:
        """Publish a message to a topic; returns why that failed, or None."""
        try:
            self._client("sns").publish(TopicArn=topic, Message=json.dumps(message))
        except (ClientError, BotoCoreError) as error:
            return str(error)
        return None

    def _client(self, name: str) -> Any:
        return self.service.runtime.client(name, self.credentials, self.region)


def message_of(
    request: AsyncRequest, endpoint: str, region: str, outcome: Outcome, now: datetime
) -> dict[str, Any]:
    """Return what the endpoint's topics are told.

    The members are those of the SageMaker guide, "Check prediction results".
    """
    parameters = {"endpointName": endpoint}
    for name, value in (
        ("accept", request.headers.get("Accept")),
        ("contentType", request.headers.get("Content-Type")),
        ("inputLocation", request.input_location),
    ):
        if value is not None:
            parameters[name] = value
    message: dict[str, Any] = {
        "awsRegion": region,
        "eventTime": _time(now),
        "receivedTime": _time(request.received),
        "invocationStatus": "Completed" if outcome.failure is None else "Failed",
        "requestParameters": parameters,
        "inferenceId": request.inference_id,
        "eventVersion": "1.0",
        "eventSource": "aws:sagemaker",
        "eventName": "InferenceResult",
    }
    if outcome.failure is None and outcome.answer is not None:
        message["responseParameters"] = {
            "contentType": outcome.answer.content_type,
            "outputLocation": request.output_location,
        }
    else:
        message["failureReason"] = outcome.failure
    return message


def _bucket_and_key(location: str) -> tuple[str, str]:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return bucket, key


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
