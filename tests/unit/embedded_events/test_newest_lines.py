"""A log stream keeps its newest lines."""

from __future__ import annotations

import time

import pytest
from moto.logs.models import LogEvent

from embedded_aws.alarms import newest_lines
from embedded_aws.server import EmbeddedAws


def test_the_oldest_lines_of_a_long_stream_are_forgotten(
    aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest_lines, "MOST_LINES", 5)
    logs, names = aws.runtime.client("logs"), {"logGroupName": "long", "logStreamName": "s"}
    logs.create_log_group(logGroupName="long")
    logs.create_log_stream(**names)
    tracked = len(LogEvent.instances_tracked)

    for first in (0, 4):
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": str(first + n)} for n in range(4)]
        logs.put_log_events(**names, logEvents=events)

    assert len(LogEvent.instances_tracked) == tracked  # moto's own list of all that there ever was
    kept = logs.get_log_events(**names, startFromHead=True)["events"]
    assert [event["message"] for event in kept] == ["3", "4", "5", "6", "7"]
