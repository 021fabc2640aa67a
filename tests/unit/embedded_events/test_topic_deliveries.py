"""A topic's message reaches the subscribers whose policies admit it, and no others."""

from __future__ import annotations

import inspect
import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from moto.sns.models import Subscription

from embedded_aws.notifications import topic_deliveries
from tests.unit.embedded_events.conftest import ACCOUNT, NotingFunction, Recorder

SNS = "sns.amazonaws.com"


@pytest.fixture
def sns(client: Callable[[str], Any]) -> Any:
    return client("sns")


@pytest.fixture
def topic(sns: Any) -> str:
    return str(sns.create_topic(Name=f"t-{uuid.uuid4().hex[:8]}")["TopicArn"])


def test_motos_subscriptions_publish_as_our_patch_expects() -> None:
    expected = inspect.signature(topic_deliveries._moto_publish).parameters
    assert list(inspect.signature(topic_deliveries._publish).parameters) == list(expected)
    assert topic_deliveries._moto_publish.__module__ == "moto.sns.models"
    for name in ("get_post_data", "_parse_message_structure"):
        assert callable(getattr(Subscription, name))


def test_the_message_reaches_a_function(
    sns: Any, topic: str, noting_function: NotingFunction
) -> None:
    noting_function.admit(SNS, topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=noting_function.arn)
    sent = sns.publish(TopicArn=topic, Subject="failed", Message='{"a": "é"}')["MessageId"]
    record = noting_function.next()["Records"][0]
    assert record["EventSource"] == "aws:sns"
    assert record["Sns"]["TopicArn"] == topic
    assert (record["Sns"]["MessageId"], record["Sns"]["Subject"]) == (sent, "failed")
    assert record["Sns"]["Message"] == '{"a": "é"}'


def test_publishing_succeeds_when_the_function_is_gone(sns: Any, topic: str) -> None:
    endpoint = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:gone"
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=endpoint)
    assert sns.publish(TopicArn=topic, Message="m")["MessageId"]


def test_a_queue_receives_only_what_its_policy_admits(
    sns: Any, topic: str, queue: Callable[..., Recorder], log: io.StringIO
) -> None:
    closed, dead, other, open_ = queue(), queue(SNS), queue(), queue()
    open_.admit(SNS, ArnLike={"aws:SourceArn": topic})
    other.admit(SNS, ArnLike={"aws:SourceArn": f"{topic}-other"})
    redrive = json.dumps({"deadLetterTargetArn": dead.arn})
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=closed.arn,
        Attributes={"RedrivePolicy": redrive},
    )
    for each in (other, open_):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=each.arn)
    assert sns.publish(TopicArn=topic, Message="hello")["MessageId"]
    assert open_.next_body()["Message"] == "hello"
    assert dead.next_body()["Message"] == "hello"
    assert closed.take() == other.take() == []
    assert f"{topic} could not reach {closed.arn}: the policy of" in log.getvalue()


def test_an_encrypted_queue_needs_its_key_to_admit_topics(
    sns: Any,
    topic: str,
    queue: Callable[..., Recorder],
    client: Callable[[str], Any],
) -> None:
    encrypted = queue(SNS)
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    client("sqs").set_queue_attributes(QueueUrl=encrypted.url, Attributes={"KmsMasterKeyId": key})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=encrypted.arn)
    sns.publish(TopicArn=topic, Message="lost")
    assert encrypted.take() == []
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Principal": {"Service": SNS},
            "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
            "Resource": "*",
        },
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    sns.publish(TopicArn=topic, Message="kept")
    assert encrypted.next_body()["Message"] == "kept"
