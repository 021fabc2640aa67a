"""Send requests to asynchronous endpoints: InvokeEndpointAsync, and a wait for the answer in S3."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

from botocore.config import Config
from botocore.exceptions import ClientError

from autogluon_client.data.storage import is_listed, read_bytes, upload_once
from autogluon_client.data.uploads import upload_folder
from autogluon_client.endpoint.backlog import has_been_empty
from autogluon_client.endpoint.refusals import refused
from autogluon_client.endpoint.transport import Limits, Reply, Request, endpoint_off
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import EndpointRequestError, InvalidArgumentError
from autogluon_contracts import names
from autogluon_contracts.defaults import LONGEST_ASYNC_REQUEST_SECONDS

_LONGEST_WAIT_SECONDS = 3600
_LOOK_AT_QUEUE_SECONDS = 60
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0


@dataclass(frozen=True)
class Asynchronous:
    """A way to an endpoint whose requests wait in a queue.

    Args:
        connection: to the endpoint's environment, in whose data bucket requests are stored.
        endpoint: the endpoint's name.
        say: called with a sentence where the endpoint has to start an instance first.
    """

    # SageMaker takes 1 GB; a model reads what it predicts into memory.
    limits: ClassVar[Limits] = Limits(
        request_bytes=50_000_000, answer_bytes=50_000_000, rows=200_000, first_rows=50_000
    )

    connection: Connection
    endpoint: str
    say: Callable[[str], None]

    @property
    def log_group(self) -> str:
        """Return where its containers log."""
        return names.endpoint_log_group(self.endpoint)

    def send(self, request: Request) -> Reply:
        """Return the answer; errors are those of `Transport`.

        Raises:
            EndpointRequestError: likewise, if the request ends without an answer, and if none
                arrives within an hour.
            InvalidArgumentError: the endpoint is not one of the environment's.
        """
        uri = upload_once(self.connection.client("s3"), self._folder(), "request", request.body)
        try:
            accepted = self.connection.client("sagemaker-runtime").invoke_endpoint_async(
                EndpointName=self.endpoint,
                InputLocation=uri,
                RequestTTLSeconds=_LONGEST_WAIT_SECONDS,
                InvocationTimeoutSeconds=LONGEST_ASYNC_REQUEST_SECONDS,
                **request.members(),
            )
        except ClientError as error:
            raise endpoint_off(self.endpoint, error) or error from error
        self._say_what_it_waits_for()
        return Reply(self._answer(accepted))

    def _folder(self) -> str:
        deployment = self.connection.deployment
        predictor = deployment.predictor_of(self.endpoint)
        if predictor is None:
            raise InvalidArgumentError(
                f"Endpoint {self.endpoint!r} is asynchronous and is not part of environment "
                f"{self.connection.environment!r}, whose bucket would hold the request.",
                argument="environment",
                advice="Pass the environment that it belongs to.",
            )
        return upload_folder(None, deployment, predictor)

    def _say_what_it_waits_for(self) -> None:
        client = self.connection.client("sagemaker")
        variants = client.describe_endpoint(EndpointName=self.endpoint)["ProductionVariants"]
        if not any(variant["CurrentInstanceCount"] for variant in variants):
            self.say(
                f"Endpoint {self.endpoint} has no instance and starts one for this request, which "
                "usually takes 5 to 10 minutes on AWS."
            )

    def _answer(self, accepted: dict[str, Any]) -> bytes:
        s3, failure = self.connection.client("s3"), accepted.get("FailureLocation")
        began, now = _accepted_at(accepted), time.monotonic()
        pause, until = _FIRST_PAUSE_SECONDS, now + _LONGEST_WAIT_SECONDS
        looked, has_ended, started = now, False, now
        while time.monotonic() < until:
            if is_listed(s3, accepted["OutputLocation"]):
                return read_bytes(s3, accepted["OutputLocation"])
            if failure is not None and is_listed(s3, failure):
                text = read_bytes(s3, failure).decode("utf-8", "replace")
                # The status is not told; only the container's own faults are no JSON.
                raise refused(
                    self.endpoint,
                    text,
                    is_fault=not text.lstrip().startswith("{"),
                    log_group=self.log_group,
                )
            if has_ended:
                raise self._unanswered(accepted)
            if time.monotonic() - looked >= _LOOK_AT_QUEUE_SECONDS:
                looked = time.monotonic()
                passed = timedelta(seconds=looked - started)
                has_ended = self._has_left_the_queue(began, began + passed)
                continue  # an answer may have come in between
            time.sleep(pause)
            pause = min(_LONGEST_PAUSE_SECONDS, pause * 1.5)
        raise self._failed(
            f"did not answer within {_LONGEST_WAIT_SECONDS} seconds (request "
            f"{accepted['InferenceId']})."
        )

    def _has_left_the_queue(self, began: datetime, now: datetime) -> bool:
        # The answer must not wait for a service that a network without a route does not reach.
        config = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1})
        cloudwatch = self.connection.session.client("cloudwatch", config=config)
        return has_been_empty(cloudwatch, self.endpoint, since=began, now=now)

    def _unanswered(self, accepted: dict[str, Any]) -> EndpointRequestError:
        return self._failed(
            f"ended request {accepted['InferenceId']} without an answer: its container took too "
            "long or ended, or the request could not be read."
        )

    def _failed(self, what: str) -> EndpointRequestError:
        return EndpointRequestError(
            f"Endpoint {self.endpoint} {what}",
            endpoint=self.endpoint,
            advice=f"See its log group {self.log_group}, or subscribe to "
            "the topic that endpoint.error_topic_arn names.",
        )


def _accepted_at(accepted: dict[str, Any]) -> datetime:
    """Return when a request was accepted, by the clock of AWS: the caller's may be minutes off."""
    date = accepted.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    return datetime.now(UTC) if date is None else parsedate_to_datetime(date)
