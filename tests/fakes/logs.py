"""CloudWatch Logs: the lines of all groups."""

# ruff: noqa: N803 - arguments are named as boto3's

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.pages import paginators
from tests.fakes.refusals import Exceptions


@dataclass
class FakeLogs:
    """Events in their order; `fault` is raised instead, if there is one.

    Attributes:
        asked: the groups that were read.
    """

    events: list[dict[str, Any]] = field(default_factory=list)
    fault: Exception | None = None
    asked: list[str] = field(default_factory=list)
    exceptions: Exceptions = field(default_factory=lambda: Exceptions("ResourceNotFoundException"))

    def filter_log_events(
        self, *, logGroupName: str, startTime: int = 0, endTime: float = float("inf"), **_: Any
    ) -> dict[str, Any]:
        self.asked.append(logGroupName)
        if self.fault:
            raise self.fault
        numbered = [{"eventId": str(n), **event} for n, event in enumerate(self.events)]
        return {
            "events": [event for event in numbered if startTime <= event["timestamp"] <= endTime]
        }

    @property
    def get_paginator(self) -> Any:
        return paginators(filter_log_events=self.filter_log_events)
