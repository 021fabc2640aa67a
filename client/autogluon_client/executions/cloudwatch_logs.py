"""Read what a job logs from CloudWatch Logs, as it appears there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class LogEvents:
    """Read the events of all log streams whose names start with `stream_prefix`, each once.

    Args:
        since, until: moments in Unix time; default: all events.
    """

    def __init__(
        self,
        logs: Any,
        groups: Sequence[str],
        stream_prefix: str,
        *,
        since: float = 0,
        until: float | None = None,
    ) -> None:
        self._logs, self._groups, self._prefix = logs, groups, stream_prefix
        self._since = int(since * 1000)
        self._until = {} if until is None else {"endTime": int(until * 1000)}
        self._seen: set[str] = set()

    def new(self) -> list[dict[str, Any]]:
        """Return the events since the last call, ordered by time; raises ClientError."""
        read = {event["eventId"]: event for group in self._groups for event in self._of(group)}
        found = [event for key, event in read.items() if key not in self._seen]
        self._seen.update(read)
        # Events of the same millisecond may arrive late, so that one is read again.
        self._since = max([self._since, *(event["timestamp"] for event in found)])
        return sorted(found, key=lambda event: event["timestamp"])

    def _of(self, group: str) -> list[dict[str, Any]]:
        prefix = {"logStreamNamePrefix": self._prefix} if self._prefix else {}
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=self._since, **prefix, **self._until
        )
        try:
            return [
                event
                for page in pages
                for event in page["events"]
                if event["logStreamName"].startswith(self._prefix)
            ]
        except self._logs.exceptions.ResourceNotFoundException:
            return []  # nothing has been logged in this account yet
