"""A function subscribed to a topic runs with the topic's message."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moto.sns.models import Subscription

from embedded_aws.lambda_runtime import topic_deliveries
from tests.waiting import until


def test_motos_subscriptions_publish_as_our_patch_expects() -> None:
    expected = inspect.signature(topic_deliveries._moto_publish).parameters
    assert list(inspect.signature(topic_deliveries._publish).parameters) == list(expected)
    assert topic_deliveries._moto_publish.__module__ == "moto.sns.models"
    for name in ("get_post_data", "_parse_message_structure"):
        assert callable(getattr(Subscription, name))


def test_the_message_reaches_the_function(
    aws: Any, client: Any, deploy: Callable[..., str], tmp_path: Path
) -> None:
    note = tmp_path / "event.json"
    name = deploy(
        "import json, pathlib\n"
        "def handler(event, context):\n"
        f"    path = pathlib.Path({str(note)!r})\n"
        "    path.with_suffix('.part').write_text(json.dumps(event))\n"
        "    path.with_suffix('.part').rename(path)\n"
    )
    sns = aws.runtime.client("sns")
    topic = sns.create_topic(Name="to-function")["TopicArn"]
    arn = client.get_function_configuration(FunctionName=name)["FunctionArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sent = sns.publish(TopicArn=topic, Subject="failed", Message='{"a": "é"}')["MessageId"]
    until(note.exists, 10, "the function has noted its event")
    record = json.loads(note.read_text())["Records"][0]
    assert record["EventSource"] == "aws:sns"
    assert record["Sns"]["TopicArn"] == topic
    assert (record["Sns"]["MessageId"], record["Sns"]["Subject"]) == (sent, "failed")
    assert record["Sns"]["Message"] == '{"a": "é"}'


def test_publishing_succeeds_when_the_function_is_gone(aws: Any) -> None:
    sns = aws.runtime.client("sns")
    topic = sns.create_topic(Name="to-nobody")["TopicArn"]
    endpoint = "arn:aws:lambda:us-east-1:123456789012:function:gone"
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=endpoint)
    assert sns.publish(TopicArn=topic, Message="m")["MessageId"]
