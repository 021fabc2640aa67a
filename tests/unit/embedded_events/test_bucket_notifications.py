"""Buckets tell of their objects, once their destinations admit them."""

from __future__ import annotations

import io
import json
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.activity_log import ActivityLog
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_events.conftest import ACCOUNT, NotingFunction, Recorder

S3 = "s3.amazonaws.com"


@pytest.fixture
def s3(client: Callable[[str], Any]) -> Any:
    return client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    name = f"b-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=name)
    return name


def _configure(s3: Any, bucket: str, **configuration: Any) -> None:
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)


def _entry(arn: str, *events: str, **filters: str) -> dict[str, Any]:
    kind = {"sqs": "QueueArn", "sns": "TopicArn", "lambda": "LambdaFunctionArn"}
    entry: dict[str, Any] = {kind[arn.split(":")[2]]: arn, "Events": list(events)}
    if filters:
        rules = [{"Name": name, "Value": value} for name, value in filters.items()]
        entry["Filter"] = {"Key": {"FilterRules": rules}}
    return entry


def test_an_upload_starts_a_function(s3: Any, bucket: str, noting_function: NotingFunction) -> None:
    noting_function.admit(S3, f"arn:aws:s3:::{bucket}")
    entry = _entry(noting_function.arn, "s3:ObjectCreated:*", prefix="in/", suffix=".csv")
    _configure(s3, bucket, LambdaFunctionConfigurations=[entry])
    for key in ("in/a.json", "out/a.csv", "in/a b.csv"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"12345")
    (record,) = noting_function.next()["Records"]
    assert (record["eventSource"], record["eventName"]) == ("aws:s3", "ObjectCreated:Put")
    assert record["s3"]["bucket"]["arn"] == f"arn:aws:s3:::{bucket}"
    described = record["s3"]["object"]
    assert (described["key"], described["size"]) == ("in/a+b.csv", 5)
    assert described["eTag"] == "827ccb0eea8a706c4c34a16891f84e7b"


def test_a_queue_hears_of_creation_and_removal(
    s3: Any, bucket: str, queue: Callable[..., Recorder]
) -> None:
    target = queue(S3)
    events = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    _configure(s3, bucket, QueueConfigurations=[_entry(target.arn, *events)])
    assert target.next_body()["Event"] == "s3:TestEvent"

    def names(count: int) -> list[str]:
        return sorted(target.next_body()["Records"][0]["eventName"] for _ in range(count))

    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    s3.copy_object(Bucket=bucket, Key="k2", CopySource=f"{bucket}/k")
    assert names(2) == ["ObjectCreated:Copy", "ObjectCreated:Put"]
    s3.delete_object(Bucket=bucket, Key="k")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.delete_object(Bucket=bucket, Key="k2")
    assert names(2) == ["ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated"]


def test_an_embedded_aws_that_started_later_does_not_get_its_notifications(
    s3: Any, bucket: str, queue: Callable[..., Recorder]
) -> None:
    target = queue("s3.amazonaws.com")
    _configure(s3, bucket, QueueConfigurations=[_entry(target.arn, "s3:ObjectCreated:*")])
    assert target.next_body()["Event"] == "s3:TestEvent"
    later = EmbeddedAws(image_python=Path(sys.executable), log=ActivityLog(io.StringIO()))
    with later:
        s3.put_object(Bucket=bucket, Key="mine", Body=b"1")
        assert target.next_body()["Records"][0]["s3"]["object"]["key"] == "mine"
    s3.put_object(Bucket=bucket, Key="after", Body=b"1")
    assert target.next_body()["Records"][0]["s3"]["object"]["key"] == "after"


def test_the_event_bus_hears_of_objects(
    s3: Any, bucket: str, queue: Callable[..., Recorder], client: Callable[[str], Any]
) -> None:
    events, target = client("events"), queue("events.amazonaws.com")
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
    events.put_rule(Name=bucket, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=bucket, Targets=[{"Id": "1", "Arn": target.arn}])
    s3.put_object(Bucket=bucket, Key="before", Body=b"1")
    _configure(s3, bucket, EventBridgeConfiguration={})
    s3.put_object(Bucket=bucket, Key="after", Body=b"1")
    event = target.next_body()
    assert (event["detail-type"], event["detail"]["object"]["key"]) == ("Object Created", "after")
    assert event["detail"]["reason"] == "PutObject"
    assert s3.get_bucket_notification_configuration(Bucket=bucket)["EventBridgeConfiguration"] == {}


def test_the_event_bus_hears_of_keys_as_they_are(
    s3: Any, bucket: str, queue: Callable[..., Recorder], client: Callable[[str], Any]
) -> None:
    """S3 guide, "Amazon S3 event notification message structure": no URL encoding here."""
    events, target = client("events"), queue("events.amazonaws.com")
    pattern = {
        "source": ["aws.s3"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"wildcard": "in/*.csv"}]}},
    }
    events.put_rule(Name=bucket, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=bucket, Targets=[{"Id": "1", "Arn": target.arn}])
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    _configure(s3, bucket, EventBridgeConfiguration={})
    s3.put_object(Bucket=bucket, Key="in/a.json", Body=b"1")
    versions = [
        s3.put_object(Bucket=bucket, Key="in/a b+ü/1.csv", Body=body)["VersionId"]
        for body in (b"12345", b"1")
    ]

    told = [target.next_body()["detail"]["object"] for _ in versions]

    first, second = sorted(told, key=lambda each: int(each["sequencer"], 16))
    assert first.pop("sequencer") != second["sequencer"]
    assert first == {
        "key": "in/a b+ü/1.csv",
        "size": 5,
        "etag": "827ccb0eea8a706c4c34a16891f84e7b",
        "version-id": versions[0],
    }
    assert second["version-id"] == versions[1]


def test_a_destination_has_to_exist_and_admit_the_bucket(
    s3: Any, bucket: str, queue: Callable[..., Recorder], noting_function: NotingFunction
) -> None:
    closed = queue()
    gone = f"arn:aws:sqs:us-east-1:{ACCOUNT}:gone"
    created = "s3:ObjectCreated:*"
    for configuration in (
        {"QueueConfigurations": [_entry(closed.arn, created)]},
        {"QueueConfigurations": [_entry(gone, created)]},
        {"LambdaFunctionConfigurations": [_entry(noting_function.arn, created)]},
    ):
        with pytest.raises(ClientError, match="Unable to validate") as failure:
            _configure(s3, bucket, **configuration)
        assert failure.value.response["Error"]["Code"] == "InvalidArgument"
    answer = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert "QueueConfigurations" not in answer


_QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([_entry(_QUEUE, "s3:Nonsense")], "enum value set"),
        ([_entry(_QUEUE, "s3:Replication:*")], "never happens here"),
        ([_entry(_QUEUE.replace("us-east-1", "eu-west-1"), "s3:ObjectCreated:*")], "region"),
        ([_entry(f"{_QUEUE}.fifo", "s3:ObjectCreated:*")], "FIFO"),
        ([_entry(_QUEUE, "s3:ObjectCreated:*", middle="a")], "enum value set: .prefix, suffix."),
        (
            [_entry(_QUEUE, "s3:ObjectCreated:*"), _entry(_QUEUE, "s3:ObjectCreated:Put")],
            "ambiguously defined",
        ),
    ],
)
def test_configurations_that_s3_refuses_are_refused(
    s3: Any, bucket: str, entries: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        _configure(s3, bucket, QueueConfigurations=entries)


def test_replication_is_refused_by_name(s3: Any, bucket: str) -> None:
    destination = {"Bucket": f"arn:aws:s3:::{bucket}"}
    rule = {"Status": "Enabled", "Destination": destination, "Prefix": ""}
    with pytest.raises(ClientError, match="does not support s3:PutBucketReplication"):
        s3.put_bucket_replication(
            Bucket=bucket, ReplicationConfiguration={"Role": "arn:x", "Rules": [rule]}
        )
