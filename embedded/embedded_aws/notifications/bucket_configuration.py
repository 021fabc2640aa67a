"""A bucket's notification configuration: checked as S3 checks it, destinations included."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.s3.notifications import S3NotificationEvent

from embedded_aws.deliveries.targets import arn_service
from embedded_aws.gateway import ApiError

# (member of the request, member with the ARN, service)
KINDS = (
    ("TopicConfigurations", "TopicArn", "sns"),
    ("QueueConfigurations", "QueueArn", "sqs"),
    ("LambdaFunctionConfigurations", "LambdaFunctionArn", "lambda"),
)
# S3 sends these, but nothing here brings them about.
_NEVER = (
    "s3:IntelligentTiering",
    "s3:Lifecycle",
    "s3:ObjectRestore",
    "s3:ReducedRedundancy",
    "s3:Replication",
)


@dataclass(frozen=True)
class Destination:
    """One entry of a configuration."""

    id: str
    kind: str  # the request's member that held it
    arn: str
    events: tuple[str, ...]
    prefix: str
    suffix: str
    request: Mapping[str, Any]

    def wants(self, event: str, key: str) -> bool:
        """Return whether the destination is told of an event ("s3:ObjectCreated:Put") of a key."""
        group = event.rpartition(":")[0] + ":*"
        matches = event in self.events or group in self.events
        return matches and key.startswith(self.prefix) and key.endswith(self.suffix)


@dataclass(frozen=True)
class BucketNotifications:
    """A whole configuration."""

    destinations: tuple[Destination, ...]
    event_bridge: bool

    def described(self) -> dict[str, Any]:
        """Return the answer of GetBucketNotificationConfiguration."""
        answer: dict[str, Any] = {}
        for destination in self.destinations:
            answer.setdefault(destination.kind, []).append(dict(destination.request))
        if self.event_bridge:
            answer["EventBridgeConfiguration"] = {}
        return answer


def read_configuration(document: Mapping[str, Any], region: str) -> BucketNotifications:
    """Return the configuration of a request, without asking the destinations.

    Raises:
        ApiError: InvalidArgument, or NotImplemented for events that never happen here.
    """
    destinations = tuple(
        _destination(kind, member, service, entry, region)
        for kind, member, service in KINDS
        for entry in document.get(kind) or ()
    )
    for index, one in enumerate(destinations):
        for other in destinations[index + 1 :]:
            _refuse_overlap(one, other)
    return BucketNotifications(destinations, document.get("EventBridgeConfiguration") is not None)


def invalid_argument(message: str) -> ApiError:
    """Return S3's InvalidArgument."""
    return ApiError("InvalidArgument", message, status=400)


def _destination(
    kind: str, member: str, service: str, entry: Mapping[str, Any], region: str
) -> Destination:
    arn = str(entry[member])
    if arn_service(arn) != service:
        raise invalid_argument("The ARN is not well formed")
    if arn.split(":")[3] != region:
        raise invalid_argument(
            "The notification destination service region is not valid for the bucket location "
            "constraint"
        )
    if arn.endswith(".fifo"):
        raise invalid_argument("FIFO SQS queues and FIFO topics are not supported.")
    events = tuple(entry.get("Events") or ())
    if not events:
        raise invalid_argument("At least one event type is required.")
    for event in events:
        _check_event(event)
    filters = _filters(entry)
    name = entry.get("Id") or str(uuid.uuid4())
    request: dict[str, Any] = {"Id": name, member: arn, "Events": list(events)}
    if filters:
        rules = [{"Name": key.capitalize(), "Value": value} for key, value in filters.items()]
        request["Filter"] = {"Key": {"FilterRules": rules}}
    return Destination(
        name, kind, arn, events, filters.get("prefix", ""), filters.get("suffix", ""), request
    )


def _check_event(event: str) -> None:
    known = [item.value for item in S3NotificationEvent]
    if event not in known:
        raise invalid_argument(
            f"The event '{event}' is not supported for notifications. Supported events are as "
            f"follows: {known}"
        )
    if event.startswith(_NEVER):
        raise ApiError(
            "NotImplemented",
            f"The embedded AWS does not support s3:PutBucketNotificationConfiguration with the "
            f"event {event}, which never happens here.",
            status=501,
        )


def _filters(entry: Mapping[str, Any]) -> dict[str, str]:
    rules = ((entry.get("Filter") or {}).get("Key") or {}).get("FilterRules") or ()
    found: dict[str, str] = {}
    for rule in rules:
        name = str(rule.get("Name", "")).lower()
        if name not in ("prefix", "suffix"):
            raise invalid_argument("filter rule name must be either prefix or suffix")
        if name in found:
            raise invalid_argument(f"Cannot specify more than one {name} rule in a filter.")
        found[name] = str(rule.get("Value", ""))
    return found


def _refuse_overlap(one: Destination, other: Destination) -> None:
    """Refuse two entries for the same event of the same keys, as the S3 guide says."""
    if one.id == other.id:
        raise invalid_argument(
            f"Same ID used for multiple configurations. IDs must be unique: {one.id}"
        )
    shared = any(_covers(a, b) or _covers(b, a) for a in one.events for b in other.events)
    prefixes = one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix)
    suffixes = one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix)
    if shared and prefixes and suffixes:
        raise invalid_argument(
            "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules "
            "if the prefixes are overlapping for the same event type."
        )


def _covers(event: str, other: str) -> bool:
    return event == other or (event.endswith(":*") and other.startswith(event[:-1]))
