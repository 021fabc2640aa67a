"""Messages of a queue reach the function that is mapped to it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.server import EmbeddedAws
from tests.waiting import until

Deploy = Callable[..., str]
# Copies what it gets to the queue in its environment; fails for messages that say so.
COPIES = """
import boto3, json, os
def handler(event, context):
    failed = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
    if any(r["body"] == "crash" for r in event["Records"]):
        raise ValueError("crash")
    boto3.client("sqs").send_message(QueueUrl=os.environ["COPY"], MessageBody=json.dumps(event))
    return {"batchItemFailures": [{"itemIdentifier": i} for i in failed]}
"""


class Queues:
    """A source and a copy, and what arrived in each."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.sqs = aws.runtime.client("sqs")
        name = f"q-{uuid.uuid4().hex[:8]}"
        self.source = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        self.copy = self.sqs.create_queue(QueueName=f"{name}-copy")["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.source, MessageBody=body)

    def next_event(self) -> dict[str, Any]:
        def read() -> Any:
            found = self.sqs.receive_message(QueueUrl=self.copy, WaitTimeSeconds=1)
            return found.get("Messages")

        message = until(read, 30, "an event was copied")[0]
        self.sqs.delete_message(QueueUrl=self.copy, ReceiptHandle=message["ReceiptHandle"])
        event: dict[str, Any] = json.loads(message["Body"])
        return event

    def left(self) -> int:
        found = self.sqs.get_queue_attributes(QueueUrl=self.source, AttributeNames=["All"])
        counts = found["Attributes"]
        return sum(int(counts[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "NotVisible"))


@pytest.fixture
def queues(aws: EmbeddedAws) -> Queues:
    return Queues(aws)


@pytest.fixture
def name(deploy: Deploy, queues: Queues) -> str:
    return deploy(COPIES, Timeout=20, Environment={"Variables": {"COPY": queues.copy}})


@pytest.fixture
def map_queue(client: Any, name: str, queues: Queues) -> Iterator[Callable[..., dict[str, Any]]]:
    created: list[str] = []

    def create(**settings: Any) -> dict[str, Any]:
        answer = client.create_event_source_mapping(
            FunctionName=name, EventSourceArn=queues.arn, **settings
        )
        created.append(answer["UUID"])
        return dict(answer)

    yield create
    for mapping in created:
        client.delete_event_source_mapping(UUID=mapping)


def test_messages_arrive_as_records_and_leave_the_queue(
    queues: Queues, map_queue: Callable[..., dict[str, Any]]
) -> None:
    queues.sqs.send_message(
        QueueUrl=queues.source,
        MessageBody="hello",
        MessageAttributes={"colour": {"DataType": "String", "StringValue": "green"}},
    )
    map_queue()
    record = queues.next_event()["Records"][0]
    assert (record["body"], record["eventSource"]) == ("hello", "aws:sqs")
    assert record["eventSourceARN"] == queues.arn
    assert record["messageAttributes"]["colour"]["stringValue"] == "green"
    until(lambda: queues.left() == 0, 10, "the message was deleted")


def test_a_failed_batch_stays_in_the_queue(
    queues: Queues, map_queue: Callable[..., dict[str, Any]]
) -> None:
    queues.send("crash", "bad", "good")
    map_queue(BatchSize=1, FunctionResponseTypes=["ReportBatchItemFailures"])
    seen = {queues.next_event()["Records"][0]["body"] for _ in range(2)}
    assert seen == {"bad", "good"}
    until(lambda: queues.left() == 2, 10, "the good message was deleted")


def test_a_disabled_mapping_reads_nothing_until_it_is_enabled(
    client: Any, queues: Queues, map_queue: Callable[..., dict[str, Any]]
) -> None:
    mapping = map_queue(Enabled=False)
    assert mapping["State"] == "Disabled"
    queues.send("later")
    found = queues.sqs.receive_message(QueueUrl=queues.copy, WaitTimeSeconds=1)
    assert "Messages" not in found
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    assert queues.next_event()["Records"][0]["body"] == "later"
    listed = client.list_event_source_mappings(EventSourceArn=queues.arn)["EventSourceMappings"]
    assert [item["State"] for item in listed] == ["Enabled"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"BatchSize": 11}, "Maximum batch size for this queue is 10"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}, "does not support FilterCriteria"),
        (
            {"EventSourceArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s"},
            "event source mappings take SQS queues",
        ),
        ({"EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:none"}, "does not exist"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(
    client: Any, name: str, queues: Queues, settings: dict[str, Any], message: str
) -> None:
    request = {"FunctionName": name, "EventSourceArn": queues.arn} | settings
    with pytest.raises(ClientError, match=message):
        client.create_event_source_mapping(**request)


def test_a_queue_must_hide_messages_as_long_as_the_function_may_run(
    client: Any, name: str, queues: Queues
) -> None:
    queues.sqs.set_queue_attributes(QueueUrl=queues.source, Attributes={"VisibilityTimeout": "19"})
    with pytest.raises(ClientError, match="19 seconds is less than Function timeout: 20 seconds"):
        client.create_event_source_mapping(FunctionName=name, EventSourceArn=queues.arn)


def test_a_queue_is_mapped_to_a_function_once(
    client: Any, name: str, queues: Queues, map_queue: Callable[..., dict[str, Any]]
) -> None:
    map_queue(Enabled=False)
    with pytest.raises(ClientError, match="ResourceConflictException"):
        client.create_event_source_mapping(FunctionName=name, EventSourceArn=queues.arn)
