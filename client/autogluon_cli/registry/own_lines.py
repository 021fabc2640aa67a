"""Leave out of a training job's log what the container's platform prints before the job begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from autogluon_contracts.jobs.log_lines import TRAINING_BEGINS

Event = dict[str, Any]


class OwnLines:
    """Hold back each stream's lines until the job's first own one.

    A job that fails before it begins has none: its lines are all in `rest`.
    """

    def __init__(self) -> None:
        self._held: dict[str, list[Event]] = defaultdict(list)
        self._begun: set[str] = set()

    def of(self, events: Iterable[Event]) -> list[Event]:
        """Return those of the next events that are the job's own."""
        own = []
        for event in events:
            stream = event["logStreamName"]
            if stream not in self._begun:
                if not TRAINING_BEGINS.match(event["message"].strip()):
                    self._held[stream].append(event)
                    continue
                self._begun.add(stream)
            own.append(event)
        return own

    def rest(self) -> list[Event]:
        """Return, at the end of the log, the lines of streams in which no job began."""
        return [
            event
            for stream, events in self._held.items()
            if stream not in self._begun
            for event in events
        ]
