"""Ship log lines to CloudWatch Logs in the background, with the credentials of their writer."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.credentials import Credentials
from embedded_aws.runtime import Runtime

_BATCH_EVENTS = 500


@dataclass(frozen=True)
class LogDestination:
    """A log stream and the credentials that write it."""

    group: str
    stream: str
    credentials: Credentials
    region: str


class LogShipper:
    """Writes batches of lines in the background, in order."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._queue: queue.SimpleQueue[tuple[LogDestination, list[dict[str, Any]]]] = (
            queue.SimpleQueue()
        )
        self._known_streams: set[tuple[str, str, str]] = set()
        self._denied: set[str] = set()
        threading.Thread(target=self._ship_forever, name="log-shipper", daemon=True).start()

    def ship(self, destination: LogDestination, lines: Iterable[str]) -> None:
        """Queue the lines of one invocation; returns at once."""
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines]
        if events:
            self._queue.put((destination, events))

    def _ship_forever(self) -> None:
        waiting: tuple[LogDestination, list[dict[str, Any]]] | None = None
        while True:
            destination, events = waiting or self._queue.get()
            waiting = None
            # What has queued up for the same stream travels in one request.
            while waiting is None and len(events) < _BATCH_EVENTS and not self._queue.empty():
                following = self._queue.get()
                if following[0] == destination:
                    events = events + following[1]
                else:
                    waiting = following
            try:
                self._put(destination, events)
            except (ClientError, BotoCoreError) as error:
                self._report(destination, error)

    def _put(self, destination: LogDestination, events: list[dict[str, Any]]) -> None:
        logs = self._runtime.client("logs", destination.credentials, destination.region)
        key = (destination.region, destination.group, destination.stream)
        if key not in self._known_streams:
            self._create_stream(logs, destination)
            self._known_streams.add(key)
        logs.put_log_events(
            logGroupName=destination.group, logStreamName=destination.stream, logEvents=events
        )

    @staticmethod
    def _create_stream(logs: Any, destination: LogDestination) -> None:
        names = {"logGroupName": destination.group, "logStreamName": destination.stream}
        try:
            logs.create_log_stream(**names)
        except logs.exceptions.ResourceNotFoundException:
            logs.create_log_group(logGroupName=destination.group)
            logs.create_log_stream(**names)

    def _report(self, destination: LogDestination, error: Exception) -> None:
        # AWS silently drops lines that the role may not write; here the activity log says so once.
        if destination.group not in self._denied:
            self._denied.add(destination.group)
            self._runtime.log.event("logs", f"log lines of {destination.group} are lost: {error}")
