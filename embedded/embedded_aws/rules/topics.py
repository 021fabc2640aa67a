"""SNS topics' attributes and subscriptions.

The library underneath takes any attribute of a topic, also one that is a field of its own.

Source: SNS API reference, CreateTopic, SetTopicAttributes, Subscribe.
"""

from __future__ import annotations

import json
import re

from embedded_aws.gateway import ApiCall, ApiError

_KNOWN = frozenset(
    {
        "ContentBasedDeduplication",
        "DeliveryPolicy",
        "DisplayName",
        "FifoTopic",
        "KmsMasterKeyId",
        "Policy",
        "SignatureVersion",
        "TracingConfig",
    }
)
# Messages are not archived, and the status of their delivery is not logged.
_WITHOUT_EFFECT = re.compile(
    r"ArchivePolicy|FifoThroughputScope|"
    r"(Application|Firehose|HTTP|Lambda|SQS)"
    r"(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn)"
)
_CHOICES = {
    "ContentBasedDeduplication": ("true", "false"),
    "FifoTopic": ("true", "false"),
    "SignatureVersion": ("1", "2"),
    "TracingConfig": ("Active", "PassThrough"),
}
_LONGEST_NAME = 100
_PROTOCOLS = (
    *("http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"),
)


def check_new_topic(call: ApiCall) -> None:
    """Raise ApiError when an attribute of a new topic is unknown or has an invalid value."""
    for name, value in (call.params.get("Attributes") or {}).items():
        _check(call, name, str(value), f"Attributes Reason: Unknown attribute {name}")


def check_attribute(call: ApiCall) -> None:
    """Raise ApiError when a topic has no such attribute, or it cannot have the value."""
    name = str(call.params.get("AttributeName", ""))
    value = str(call.params.get("AttributeValue", ""))
    if name == "FifoTopic":  # of new topics only
        raise _invalid("AttributeName")
    _check(call, name, value, "AttributeName")


def check_subscription(call: ApiCall) -> None:
    """Raise ApiError when nothing is delivered by the protocol, or a filter is not JSON."""
    protocol = str(call.params.get("Protocol", ""))
    if protocol not in _PROTOCOLS:
        raise _invalid(f"Does not support this protocol string: {protocol}")
    policy = (call.params.get("Attributes") or {}).get("FilterPolicy")
    try:
        is_object = policy is None or isinstance(json.loads(policy), dict)
    except ValueError:
        is_object = False
    if not is_object:
        raise _invalid("FilterPolicy: failed to parse JSON.")


def _check(call: ApiCall, name: str, value: str, unknown: str) -> None:
    if _WITHOUT_EFFECT.fullmatch(name):
        raise ApiError(
            "NotImplemented",
            f"The embedded AWS does not support {call.service}:{call.operation} with the "
            f"attribute {name}.",
            status=501,
        )
    if name not in _KNOWN:
        raise _invalid(unknown)
    choices = _CHOICES.get(name)
    if choices is not None and value not in choices:
        raise _invalid(f"{name} Reason: must be one of {', '.join(choices)}")
    if name == "DisplayName" and len(value) > _LONGEST_NAME:
        raise _invalid(f"{name} Reason: must be at most {_LONGEST_NAME} characters")


def _invalid(why: str) -> ApiError:
    return ApiError("InvalidParameter", f"Invalid parameter: {why}", status=400)
