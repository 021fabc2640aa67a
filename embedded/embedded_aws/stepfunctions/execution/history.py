"""The event history of one execution."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

EVENTS_LIMIT = 25_000  # an execution's quota on AWS


class History(EventManager):  # type: ignore[misc] # moto is untyped
    """Collects events until the execution has ended, and drops later ones."""

    def __init__(
        self, on_event: Callable[[dict[str, Any]], None] | None, on_full: Callable[[], None]
    ) -> None:
        super().__init__()
        self._on_full = on_full
        self._closed = False
        self._close_lock = threading.RLock()
        self._last: tuple[Any, Any] = (None, None)
        self._count = 0
        self._on_event = on_event

    def add_event(
        self,
        context: Any,
        event_type: Any,
        event_details: Any = None,
        timestamp: Any = None,
        update_source_event_id: bool = True,
    ) -> int:
        """Append an event and return its id."""
        with self._close_lock:
            is_repeated = (
                # The interpreter reports a failed expression once where it fails and, in a task
                # state, once more where the failure is handled.
                event_type == HistoryEventType.EvaluationFailed
                and (event_type, event_details) == self._last
            )
            if self._closed or is_repeated:
                return int(context.last_published_event_id)
            self._last, self._count = (event_type, event_details), self._count + 1
            event_id = int(
                super().add_event(
                    context, event_type, event_details, timestamp, update_source_event_id
                )
            )
            if self._on_event is not None:
                self._on_event(_to_api(self._history_event_list[-1]))
            is_full = self._count == EVENTS_LIMIT - 1  # the last one says why it ended
        if is_full:
            self._on_full()
        return event_id

    def __getstate__(self) -> dict[str, Any]:
        """Return what is saved: the events of an execution that has ended."""
        return self.__dict__ | {"_on_event": None, "_on_full": None}

    def close(self) -> None:
        """Accept no more events."""
        with self._close_lock:
            self._closed = True

    def reopen(self) -> None:
        """Accept events again: the execution is redriven."""
        with self._close_lock:
            self._closed, self._last = False, (None, None)

    @property
    def is_full(self) -> bool:
        """Return whether the execution has ended for the number of its events."""
        return self._count >= EVENTS_LIMIT - 1

    def events(self) -> list[dict[str, Any]]:
        """Return all events, as GetExecutionHistory describes them."""
        return [_to_api(event) for event in self.get_event_history()]


def _to_api(event: Any) -> dict[str, Any]:
    """Convert an event's enums to strings and its timestamp to a datetime."""
    plain: dict[str, Any] = _plain(event)
    stamp = str(plain["timestamp"]).replace("Z", "+00:00")
    plain["timestamp"] = datetime.fromisoformat(stamp).astimezone(UTC)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value
