"""Read a queue with a function's role, and invoke the function with what arrives."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.gateway import ApiError
from embedded_aws.runtime import Runtime

_AT_ONCE = 10  # what SQS returns at most
_WAIT_SECONDS = 1
_PAUSE_SECONDS = 1.0  # after an error, such as a role that is not allowed any more


@dataclass(frozen=True)
class QueueSource:
    """What one mapping reads, and how it calls."""

    arn: str
    function_arn: str
    region: str
    batch_size: int
    window_seconds: int
    reports_failures: bool


class QueuePoller:
    """A thread that lives as long as its mapping is enabled."""

    def __init__(self, runtime: Runtime, source: QueueSource, role: Callable[[], str]) -> None:
        self._runtime = runtime
        self._source = source
        self._role = role
        self._stopped = threading.Event()
        self._reported: set[str] = set()
        threading.Thread(target=self._run, name="lambda-queue-poller", daemon=True).start()

    def stop(self) -> None:
        """Stop reading; a batch that is under way is finished."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._poll()
            except (ApiError, ClientError, BotoCoreError) as error:
                self._report(error)
                self._stopped.wait(_PAUSE_SECONDS)

    def _poll(self) -> None:
        source = self._source
        name = source.function_arn.split(":")[6]
        credentials = self._runtime.role_credentials(
            self._role(), "lambda.amazonaws.com", name, source.function_arn
        )
        sqs = self._runtime.client("sqs", credentials, source.region)
        url = self._queue_url()
        messages = self._collect(sqs, url)
        if not messages:
            return
        failed = self._invoke(messages)
        done = [item for item in messages if item["MessageId"] not in failed]
        for start in range(0, len(done), _AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": item["ReceiptHandle"]}
                for number, item in enumerate(done[start : start + _AT_ONCE])
            ]
            sqs.delete_message_batch(QueueUrl=url, Entries=entries)

    def _queue_url(self) -> str:
        sqs = self._runtime.client("sqs", region=self._source.region)
        return str(sqs.get_queue_url(QueueName=self._source.arn.rpartition(":")[2])["QueueUrl"])

    def _collect(self, sqs: Any, url: str) -> list[dict[str, Any]]:
        """Return a batch: one answer of SQS, or what comes within the window."""
        messages: list[dict[str, Any]] = []
        deadline = None
        while not self._stopped.is_set() and len(messages) < self._source.batch_size:
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=min(_AT_ONCE, self._source.batch_size - len(messages)),
                WaitTimeSeconds=_WAIT_SECONDS,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            messages += answer.get("Messages", [])
            if not messages:
                return []
            deadline = deadline or time.monotonic() + self._source.window_seconds
            if time.monotonic() >= deadline:
                break
        return messages

    def _invoke(self, messages: list[dict[str, Any]]) -> set[str]:
        """Invoke the function. Returns the ids of messages that stay in the queue."""
        event = {"Records": [self._record(message) for message in messages]}
        answer = self._runtime.client("lambda", region=self._source.region).invoke(
            FunctionName=self._source.function_arn, Payload=json.dumps(event).encode()
        )
        everything = {str(message["MessageId"]) for message in messages}
        payload = answer["Payload"].read()
        if answer.get("FunctionError"):
            return everything
        return _failures(payload, everything) if self._source.reports_failures else set()

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        attributes = {
            name: {
                _lower(member): value.decode() if isinstance(value, bytes) else value
                for member, value in attribute.items()
            }
            | {"stringListValues": [], "binaryListValues": []}
            for name, attribute in message.get("MessageAttributes", {}).items()
        }
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": attributes,
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._source.arn,
            "awsRegion": self._source.region,
        }

    def _report(self, error: Exception) -> None:
        text = f"{self._source.arn} does not reach {self._source.function_arn}: {error}"
        if text not in self._reported and not self._stopped.is_set():
            self._reported.add(text)
            self._runtime.log.event("lambda", text)


def _failures(payload: bytes, everything: set[str]) -> set[str]:
    """Return the ids in a ReportBatchItemFailures answer.

    As Lambda does: an answer that is malformed or names an unknown message fails the whole batch.
    """
    answer = json.loads(payload)
    if answer is None or answer == {}:
        return set()
    try:
        found = {str(item["itemIdentifier"]) for item in answer.get("batchItemFailures") or []}
    except (AttributeError, KeyError, TypeError):
        return everything
    return found if found <= everything else everything


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
