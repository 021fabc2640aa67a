"""SQS queues and messages.

Source: SQS API reference, CreateQueue, SetQueueAttributes, SendMessage, SendMessageBatch,
ReceiveMessage.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo")
_RANGES = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}
_OTHERS = frozenset(
    {
        "ContentBasedDeduplication",
        "DeduplicationScope",
        "FifoQueue",
        "FifoThroughputLimit",
        "KmsMasterKeyId",
        "Policy",
        "RedriveAllowPolicy",
        "RedrivePolicy",
        "SqsManagedSseEnabled",
    }
)
_MOST_MESSAGES = 10
_FIFO = ".fifo"
_NOT_IN_MESSAGES = re.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\U00010000-\\U0010FFFF]")


def check_new_queue(call: ApiCall) -> None:
    """Raise ApiError when the name or an attribute of a new queue is wrong."""
    if not _NAME.fullmatch(str(call.params.get("QueueName", ""))):
        raise ApiError(
            "InvalidParameterValue",
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
            status=400,
        )
    check_attributes(call)


def check_attributes(call: ApiCall) -> None:
    """Raise ApiError when an attribute is unknown or out of its range."""
    for name, value in (call.params.get("Attributes") or {}).items():
        if name not in _RANGES and name not in _OTHERS:
            raise ApiError("InvalidAttributeName", f"Unknown Attribute {name}.", status=400)
        if name in _RANGES and not _is_within(str(value), name):
            raise ApiError(
                "InvalidAttributeValue", f"Invalid value for the parameter {name}.", status=400
            )


def check_visibility(call: ApiCall) -> None:
    """Raise ApiError when a message would be hidden for too long."""
    _check_number(call, "VisibilityTimeout", "VisibilityTimeout")


def check_message(call: ApiCall) -> None:
    """Raise ApiError when a message cannot be sent, or would be delayed for too long."""
    _check_entry(call, call.params)
    _check_number(call, "DelaySeconds", "DelaySeconds")


def check_messages(call: ApiCall) -> None:
    """Raise ApiError when one of several messages cannot be sent."""
    for entry in call.params.get("Entries") or ():
        _check_entry(call, entry)


def check_receive(call: ApiCall) -> None:
    """Raise ApiError when a request for messages is out of bounds."""
    _check_number(call, "VisibilityTimeout", "VisibilityTimeout")
    _check_number(call, "WaitTimeSeconds", "ReceiveMessageWaitTimeSeconds")
    count = call.params.get("MaxNumberOfMessages")
    if count is not None and not 1 <= int(count) <= _MOST_MESSAGES:
        raise _out_of_range("MaxNumberOfMessages", count, 1, _MOST_MESSAGES)


def _check_entry(call: ApiCall, message: Mapping[str, Any]) -> None:
    if _NOT_IN_MESSAGES.search(str(message.get("MessageBody", ""))):
        raise ApiError(
            "InvalidMessageContents",
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to "
            "#xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
            status=400,
        )
    is_fifo = str(call.params.get("QueueUrl", "")).endswith(_FIFO)
    if message.get("MessageDeduplicationId") is not None and not is_fifo:
        raise ApiError(
            "InvalidParameterValue",
            f"Value {message['MessageDeduplicationId']} for parameter MessageDeduplicationId is "
            "invalid. Reason: The request includes a parameter that is not valid for this queue "
            "type.",
            status=400,
        )


def _check_number(call: ApiCall, parameter: str, attribute: str) -> None:
    value = call.params.get(parameter)
    if value is not None and not _is_within(str(value), attribute):
        raise _out_of_range(parameter, value, *_RANGES[attribute])


def _is_within(value: str, attribute: str) -> bool:
    low, high = _RANGES[attribute]
    return value.isdecimal() and low <= int(value) <= high


def _out_of_range(parameter: str, value: object, low: int, high: int) -> ApiError:
    return ApiError(
        "InvalidParameterValue",
        f"Value {value} for parameter {parameter} is invalid. Reason: Must be between {low} and "
        f"{high}, if provided.",
        status=400,
    )
