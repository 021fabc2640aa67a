"""The operations of buses, of events that are put on them, and of tags."""

from __future__ import annotations

import json
import re
from typing import Any

from embedded_aws.eventbridge.buses import DEFAULT_BUS, Bus, Buses, invalid
from embedded_aws.eventbridge.event_delivery import EventDelivery
from embedded_aws.eventbridge.pages import page
from embedded_aws.eventbridge.rules_api import compile_pattern, tags_of
from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.runtime import Runtime

_ENTRIES_LIMIT = 10  # API reference, PutEvents
_SIZE_LIMIT_BYTES = 262_144  # EventBridge guide, "Calculating PutEvents event entry size"
_BUS_NAME = re.compile(r"[\w.-]{1,256}", re.ASCII)
_REQUIRED = ("Source", "DetailType", "Detail")
# EventBridge guide, "Event structure": what TestEventPattern asks of an event.
_EVENT_FIELDS = ("id", "account", "source", "time", "region", "resources", "detail-type")
_BUS_MEMBERS = frozenset({"Name", "Description", "Tags"})


class BusesApi:
    """Answers PutEvents, TestEventPattern, and what concerns buses and tags."""

    def __init__(self, runtime: Runtime, buses: Buses, delivery: EventDelivery) -> None:
        self._runtime = runtime
        self._buses = buses
        self._delivery = delivery

    def operations(self) -> dict[str, Operation]:
        """Return the handlers by operation."""
        return {
            "PutEvents": self.put_events,
            "TestEventPattern": self.test_pattern,
            "CreateEventBus": self.create_bus,
            "DescribeEventBus": self.describe_bus,
            "DeleteEventBus": self.delete_bus,
            "ListEventBuses": self.list_buses,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.list_tags,
        }

    def put_events(self, call: ApiCall) -> dict[str, Any]:
        """Put events on buses; entries that are not valid fail alone."""
        entries = call.params["Entries"]
        if call.params.get("EndpointId"):
            raise ApiError(
                "NotImplemented",
                "The embedded AWS does not support events:PutEvents with EndpointId.",
                status=501,
            )
        if len(entries) > _ENTRIES_LIMIT:
            raise invalid(
                "1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed "
                "to satisfy constraint: Member must have length less than or equal to 10"
            )
        if sum(_size(entry) for entry in entries) > _SIZE_LIMIT_BYTES:
            raise invalid("Total size of the entries in the request is over the limit.")
        results = [self._put(call, entry) for entry in entries]
        failed = sum("ErrorCode" in result for result in results)
        return {"FailedEntryCount": failed, "Entries": results}

    def _put(self, call: ApiCall, entry: dict[str, Any]) -> dict[str, Any]:
        for name in _REQUIRED:
            if not entry.get(name):
                return _failed(
                    "InvalidArgument",
                    f"Parameter {name} is not valid. Reason: {name} is a required argument.",
                )
        if entry["Source"].startswith("aws."):
            return _failed(
                "NotAuthorizedForSourceException",
                f"Not authorized for the source {entry['Source']}.",
            )
        try:
            detail = json.loads(entry["Detail"])
        except ValueError:
            detail = None
        if not isinstance(detail, dict):
            return _failed("MalformedDetail", "Detail is malformed.")
        try:
            bus = self._buses.bus(call.region, entry.get("EventBusName"))
        except ApiError as error:
            return _failed(error.code, error.message)
        event = self._delivery.event(
            call.region,
            entry["Source"],
            entry["DetailType"],
            detail,
            list(entry.get("Resources") or []),
            entry.get("Time"),
        )
        self._delivery.put(bus, event)
        return {"EventId": event["id"]}

    def test_pattern(self, call: ApiCall) -> dict[str, Any]:
        """Say whether an event matches a pattern."""
        pattern = compile_pattern(call.params["EventPattern"])
        try:
            event = json.loads(call.params["Event"])
        except ValueError as error:
            raise invalid("Parameter Event is not valid.") from error
        if not isinstance(event, dict):
            raise invalid("Parameter Event is not valid.")
        missing = [name for name in _EVENT_FIELDS if name not in event]
        if missing:
            raise invalid(
                f"Parameter Event is not valid. Reason: required fields are missing: "
                f"{', '.join(missing)}."
            )
        return {"Result": pattern.matches(event)}

    def create_bus(self, call: ApiCall) -> dict[str, Any]:
        """Create a custom bus."""
        unsupported = sorted({n for n, v in call.params.items() if v} - _BUS_MEMBERS)
        if unsupported:
            raise ApiError(
                "NotImplemented",
                f"The embedded AWS does not support events:CreateEventBus with {unsupported[0]}.",
                status=501,
            )
        name = call.params["Name"]
        if not _BUS_NAME.fullmatch(name) or name == DEFAULT_BUS:
            raise invalid(
                f"1 validation error detected: Value '{name}' at 'eventBusName' failed to satisfy "
                "constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"
            )
        with self._buses.lock:
            buses = self._buses.region(call.region)
            if name in buses:
                raise ApiError(
                    "ResourceAlreadyExistsException",
                    f"Event bus {name} already exists.",
                    status=400,
                )
            bus = Bus(
                name,
                self._buses.bus_arn(call.region, name),
                self._runtime.clock.now(),
                call.params.get("Description"),
                tags=tags_of(call.params),
            )
            buses[name] = bus
        answer = {"EventBusArn": bus.arn, "Description": bus.description}
        return {name: value for name, value in answer.items() if value is not None}

    def describe_bus(self, call: ApiCall) -> dict[str, Any]:
        """Answer DescribeEventBus."""
        return self._buses.bus(call.region, call.params.get("Name")).described()

    def delete_bus(self, call: ApiCall) -> None:
        """Delete a custom bus without rules; one that does not exist is ignored."""
        name = call.params["Name"].rpartition("event-bus/")[2]
        if name == DEFAULT_BUS:
            raise invalid("Cannot delete event bus default.")
        with self._buses.lock:
            buses = self._buses.region(call.region)
            if name in buses and buses[name].rules:
                raise invalid("Event bus can't be deleted since it has rules.")
            buses.pop(name, None)

    def list_buses(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListEventBuses."""
        prefix = call.params.get("NamePrefix") or ""
        buses = self._buses.region(call.region).values()
        found = [bus.described() for bus in buses if bus.name.startswith(prefix)]
        return page(call, "EventBuses", found)

    def tag(self, call: ApiCall) -> None:
        """Add tags to a rule or bus."""
        found = self._buses.tagged(call.region, call.params["ResourceARN"])
        found.tags.update(tags_of(call.params))

    def untag(self, call: ApiCall) -> None:
        """Remove tags from a rule or bus."""
        found = self._buses.tagged(call.region, call.params["ResourceARN"])
        for key in call.params["TagKeys"]:
            found.tags.pop(key, None)

    def list_tags(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListTagsForResource."""
        found = self._buses.tagged(call.region, call.params["ResourceARN"])
        return {"Tags": [{"Key": key, "Value": value} for key, value in found.tags.items()]}


def _failed(code: str, message: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": message}


def _size(entry: dict[str, Any]) -> int:
    texts = [entry.get(name) or "" for name in _REQUIRED] + list(entry.get("Resources") or [])
    return sum(len(text.encode()) for text in texts) + (14 if entry.get("Time") else 0)
