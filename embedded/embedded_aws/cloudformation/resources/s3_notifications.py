"""The NotificationConfiguration of AWS::S3::Bucket in the form of S3's API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# (member of the template, of the API; the destination's member in each)
_KINDS = (
    ("TopicConfigurations", "TopicConfigurations", "Topic", "TopicArn"),
    ("QueueConfigurations", "QueueConfigurations", "Queue", "QueueArn"),
    ("LambdaConfigurations", "LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
)


def notification_configuration(value: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a template's value; unknown members are left for the API's model to refuse."""
    known = {kind for kind, *_ in _KINDS} | {"EventBridgeConfiguration"}
    request = {name: inner for name, inner in value.items() if name not in known}
    for kind, name, member, arn in _KINDS:
        if value.get(kind):
            request[name] = [_entry(entry, member, arn) for entry in value[kind]]
    bridge = value.get("EventBridgeConfiguration")
    if bridge is not None and str(bridge.get("EventBridgeEnabled", True)).lower() == "true":
        request["EventBridgeConfiguration"] = {}
    return request


def _entry(entry: Mapping[str, Any], member: str, arn: str) -> dict[str, Any]:
    converted = {
        name: value for name, value in entry.items() if name not in (member, "Event", "Filter")
    }
    converted[arn] = entry.get(member)
    converted["Events"] = [entry.get("Event")]
    rules = ((entry.get("Filter") or {}).get("S3Key") or {}).get("Rules")
    if rules is not None:
        converted["Filter"] = {"Key": {"FilterRules": rules}}
    return converted
