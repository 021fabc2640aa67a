"""CloudWatch Logs: the lines of all groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.pages import paginators
from tests.fakes.refusals import Exceptions


@dataclass
class FakeLogs:
    """Events in their order; `fault` is raised instead, if there is one."""

    events: list[dict[str, Any]] = field(default_factory=list)
    fault: Exception | None = None
    exceptions: Exceptions = field(default_factory=lambda: Exceptions("ResourceNotFoundException"))

    def filter_log_events(self, *, startTime: int = 0, **_: Any) -> dict[str, Any]:  # noqa: N803
        if self.fault:
            raise self.fault
        numbered = [{"eventId": str(n), **event} for n, event in enumerate(self.events)]
        return {"events": [event for event in numbered if event["timestamp"] >= startTime]}

    @property
    def get_paginator(self) -> Any:
        return paginators(filter_log_events=self.filter_log_events)
