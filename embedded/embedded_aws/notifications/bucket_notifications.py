"""Notifications of buckets: configured by S3's API, and sent when objects come and go.

moto tells of objects that come and go (`moto.s3.notifications.send_event`), the gateway of calls
that change tags and ACLs.
"""

from __future__ import annotations

import itertools
import json
from typing import Any
from urllib.parse import quote_plus

from moto.s3 import models as s3_models
from moto.s3 import notifications as moto_notifications
from moto.s3.models import S3Backend, s3_backends

from embedded_aws.deliveries.delivery_queue import DeliveryQueue, Order
from embedded_aws.deliveries.targets import DeliveryError, Target, Targets
from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.gateway.serving import serving_gateway
from embedded_aws.notifications.bucket_configuration import (
    BucketNotifications,
    Destination,
    invalid_argument,
    read_configuration,
)
from embedded_aws.runtime import Runtime
from embedded_aws.service_events import ServiceEvent

_S3 = "s3.amazonaws.com"
_ACTIONS = {
    "TopicConfigurations": "sns:Publish",
    "QueueConfigurations": "sqs:SendMessage",
    "LambdaFunctionConfigurations": "lambda:InvokeFunction",
}
# S3 guide, "Using EventBridge": detail types by the beginning of the event's name.
_DETAIL_TYPES = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "ObjectTagging:Put": "Object Tags Added",
    "ObjectTagging:Delete": "Object Tags Deleted",
    "ObjectAcl": "Object ACL Updated",
}
_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}
_DELETION_TYPES = {
    "ObjectRemoved:Delete": "Permanently Deleted",
    "ObjectRemoved:DeleteMarkerCreated": "Delete Marker Created",
}
_EVENTS_OF_CALLS = {
    "PutObjectTagging": "s3:ObjectTagging:Put",
    "DeleteObjectTagging": "s3:ObjectTagging:Delete",
    "PutObjectAcl": "s3:ObjectAcl:Put",
}
_moto_set_delete_marker = S3Backend._set_delete_marker


_notifiers: list[BucketNotifier] = []  # of this process, the latest last


class BucketNotifier:
    """Answers the operations of notifications, and sends them."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._queue = DeliveryQueue(runtime, _S3, "s3")
        self._sequence = itertools.count(int(runtime.clock.time() * 1e6))

    def install(self) -> None:
        """Take the place of moto's notifications."""
        gateway = self._runtime.gateway
        gateway.register("s3", "PutBucketNotificationConfiguration", self.put)
        gateway.register("s3", "GetBucketNotificationConfiguration", self.get)
        gateway.on_call(self._heard)
        _notifiers.append(self)
        self._runtime.on_close.append(lambda: _notifiers.remove(self))
        moto_notifications.send_event = _told
        s3_models.events_send_notification = _send_nothing
        S3Backend._set_delete_marker = _set_delete_marker

    def answers(self, gateway: object | None) -> bool:
        """Return whether this notifier is of the embedded AWS with that gateway."""
        return self._runtime.gateway is gateway

    def put(self, call: ApiCall) -> None:
        """Keep a configuration whose destinations exist and admit S3."""
        bucket = self._bucket(call)
        document = call.params.get("NotificationConfiguration") or {}
        configuration = read_configuration(document, bucket.region_name)
        if not call.params.get("SkipDestinationValidation"):
            for destination in configuration.destinations:
                self._validate(destination, bucket.arn)
        # On moto's bucket, so that it is deleted, saved and restored with it.
        bucket.notification_configuration = configuration
        for destination in configuration.destinations:
            if destination.kind != "LambdaFunctionConfigurations":
                self._send_test(destination, bucket)

    def get(self, call: ApiCall) -> dict[str, Any]:
        """Return the configuration."""
        configuration = self._bucket(call).notification_configuration
        return {} if configuration is None else dict(configuration.described())

    def _bucket(self, call: ApiCall) -> Any:
        backend = s3_backends[self._runtime.account_id]["aws"]
        bucket = backend.buckets.get(call.params["Bucket"])
        if bucket is None:
            raise ApiError("NoSuchBucket", "The specified bucket does not exist", status=404)
        return bucket

    def _validate(self, destination: Destination, bucket_arn: str) -> None:
        why = None
        if not self._exists(destination):
            why = f"{destination.arn} does not exist"
        elif self._runtime.iam is not None:
            action = _ACTIONS[destination.kind]
            why = self._runtime.iam.why_service_may_not(_S3, action, destination.arn, bucket_arn)
        if why:
            self._runtime.log.event("s3", f"notifications of {bucket_arn} refused: {why}")
            raise invalid_argument("Unable to validate the following destination configurations")

    def _exists(self, destination: Destination) -> bool:
        region, name = destination.arn.split(":")[3], destination.arn.split(":")[-1]
        try:
            if destination.kind == "QueueConfigurations":
                self._runtime.client("sqs", region=region).get_queue_url(QueueName=name)
            elif destination.kind == "TopicConfigurations":
                sns = self._runtime.client("sns", region=region)
                sns.get_topic_attributes(TopicArn=destination.arn)
            else:
                functions = self._runtime.client("lambda", region=region)
                functions.get_function_configuration(FunctionName=destination.arn)
        except Exception:  # noqa: BLE001 - whatever the service says, it cannot be reached
            return False
        return True

    def _send_test(self, destination: Destination, bucket: Any) -> None:
        """Send S3's test message, as the S3 guide describes it."""
        message = {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": self._moment(),
            "Bucket": bucket.name,
            "RequestId": "EMBEDDEDTEST",
            "HostId": "embedded",
        }
        target = Target(destination.arn, bucket.arn, subject=_subject(destination))
        try:
            Targets(self._runtime, _S3).deliver(target, json.dumps(message))
        except DeliveryError as error:  # only where the validation was skipped
            self._runtime.log.event("s3", f"{destination.arn} was not reached: {error}")

    def _heard(self, call: ApiCall, status: int) -> None:
        """Send what a call has done to an object's tags or ACL."""
        event = _EVENTS_OF_CALLS.get(call.operation)
        if call.service != "s3" or event is None or status >= 300:
            return
        bucket = self._bucket(call)
        self.happened(event, bucket, bucket.keys.get(call.params["Key"]))

    def happened(self, event: str, bucket: Any, key: Any) -> None:
        """Send what has happened to an object to those who asked for it."""
        configuration = bucket.notification_configuration
        if not isinstance(configuration, BucketNotifications) or key is None:
            return
        sequencer = f"{next(self._sequence):018X}"
        for destination in configuration.destinations:
            if destination.wants(event, key.name):
                record = self._record(event, bucket, key, destination.id, sequencer)
                target = Target(destination.arn, bucket.arn, subject=_subject(destination))
                payload = json.dumps({"Records": [record]})
                self._queue.submit(Order(target, payload, f"bucket {bucket.name}"))
        if configuration.event_bridge:
            self._announce(event.removeprefix("s3:"), bucket, key, sequencer)

    def _record(
        self, event: str, bucket: Any, key: Any, configuration_id: str, sequencer: str
    ) -> dict[str, Any]:
        """Return an event message: S3 guide, "Event message structure"."""
        owner = {"principalId": self._runtime.account_id}
        described = _object(event, key, "eTag", "versionId")
        described["key"] = quote_plus(key.name, safe="/")
        return {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": bucket.region_name,
            "eventTime": self._moment(),
            "eventName": event.removeprefix("s3:"),
            "userIdentity": {"principalId": f"AWS:{self._runtime.account_id}"},
            "requestParameters": {"sourceIPAddress": "127.0.0.1"},
            "responseElements": {"x-amz-request-id": sequencer, "x-amz-id-2": sequencer},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": configuration_id,
                "bucket": {"name": bucket.name, "ownerIdentity": owner, "arn": bucket.arn},
                "object": {**described, "sequencer": sequencer},
            },
        }

    def _announce(self, event: str, bucket: Any, key: Any, sequencer: str) -> None:
        """Send to the default event bus: S3 guide, "EventBridge event message structure"."""
        detail_type = next(
            (name for begin, name in _DETAIL_TYPES.items() if event.startswith(begin)), None
        )
        if detail_type is None:
            return
        detail: dict[str, Any] = {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": {**_object(event, key, "etag", "version-id"), "sequencer": sequencer},
            "request-id": sequencer,
            "requester": self._runtime.account_id,
            "source-ip-address": "127.0.0.1",
        }
        if event in _REASONS:
            detail["reason"] = _REASONS[event]
        if event in _DELETION_TYPES:
            detail["deletion-type"] = _DELETION_TYPES[event]
        self._runtime.events.publish(
            ServiceEvent("aws.s3", detail_type, bucket.region_name, detail, (bucket.arn,))
        )

    def _moment(self) -> str:
        now = self._runtime.clock.now()
        return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"


def _object(event: str, key: Any, etag_name: str, version_name: str) -> dict[str, Any]:
    described: dict[str, Any] = {"key": key.name}
    if "ObjectRemoved" not in event:
        described["size"] = key.size
        described[etag_name] = key.etag.strip('"')
    version = getattr(key, "version_id", None)
    if version and version != "null":
        described[version_name] = version
    return described


def _subject(destination: Destination) -> str | None:
    is_topic = destination.kind == "TopicConfigurations"
    return "Amazon S3 Notification" if is_topic else None


def _tell(event: str, bucket: Any, key: Any) -> None:
    """Let the embedded AWS notify that answers the call, unless it has no notifications."""
    gateway = serving_gateway()
    mine = [found for found in _notifiers if found.answers(gateway)]
    if not mine and gateway is None:  # done by moto itself: the last that was made has it
        mine = _notifiers[-1:]
    for notifier in mine[:1]:
        notifier.happened(event, bucket, key)


def _told(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    """Send what moto tells; of tags and ACLs, it tells also when objects are put."""
    del account_id
    event = str(getattr(event_name, "value", event_name))
    if event not in _EVENTS_OF_CALLS.values():
        _tell(event, bucket, key)


def _set_delete_marker(backend: Any, bucket_name: str, key_name: str) -> Any:
    marker = _moto_set_delete_marker(backend, bucket_name, key_name)
    event = "s3:ObjectRemoved:DeleteMarkerCreated"
    _tell(event, backend.get_bucket(bucket_name), marker)
    return marker


def _send_nothing(*_arguments: Any, **_members: Any) -> None:
    """Send none of moto's events of a bucket's creation, which on AWS need CloudTrail."""
