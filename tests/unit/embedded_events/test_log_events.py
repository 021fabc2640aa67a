"""FilterLogEvents: which events of which streams, in order and in pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.server import EmbeddedAws

GROUP = {"logGroupName": "jobs"}


@pytest.fixture
def logs(aws: EmbeddedAws) -> Iterator[Any]:
    """Two jobs' streams, which write in turns."""
    logs, now = aws.runtime.client("logs"), int(time.time() * 1000)
    logs.create_log_group(**GROUP)
    for at, stream in enumerate(("once-1/algo-1", "stopped-1/algo-1")):
        logs.create_log_stream(**GROUP, logStreamName=stream)
        events = [
            {"timestamp": now + 2 * n + at, "message": f'{{"job": "{stream}", "n": {n}}}'}
            for n in range(3)
        ]
        logs.put_log_events(**GROUP, logStreamName=stream, logEvents=events)
    yield logs
    logs.delete_log_group(**GROUP)


def _found(logs: Any, **asked: Any) -> list[str]:
    pages = logs.get_paginator("filter_log_events").paginate(**GROUP, **asked)
    events = [event for page in pages for event in page["events"]]
    return [
        f"{event['logStreamName'].partition('-')[0]} {event['message'][-2]}" for event in events
    ]


def test_a_prefix_chooses_streams(logs: Any) -> None:
    assert _found(logs, logStreamNamePrefix="stopped-1/") == [f"stopped {n}" for n in range(3)]
    assert _found(logs, logStreamNamePrefix="other-") == []


def test_events_of_several_streams_come_by_time(logs: Any) -> None:
    assert _found(logs, limit=2) == [
        "once 0",
        "stopped 0",
        "once 1",
        "stopped 1",
        "once 2",
        "stopped 2",
    ]
    assert _found(logs, logStreamNames=["once-1/algo-1"]) == ["once 0", "once 1", "once 2"]


def test_patterns_are_those_of_metric_filters(logs: Any) -> None:
    assert _found(logs, filterPattern="{ $.n > 0 && $.job = stopped* }") == [
        "stopped 1",
        "stopped 2",
    ]
    assert _found(logs, filterPattern="-once") == [f"stopped {n}" for n in range(3)]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"logStreamNames": ["a"], "logStreamNamePrefix": "a"}, "InvalidParameterException"),
        ({"filterPattern": "{ $.n > }"}, "InvalidParameterException"),
        ({"logGroupName": "missing"}, "ResourceNotFoundException"),
    ],
)
def test_what_cannot_be_answered_is_refused(logs: Any, asked: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        logs.filter_log_events(**GROUP | asked)
    assert refused.value.response["Error"]["Code"] == code
