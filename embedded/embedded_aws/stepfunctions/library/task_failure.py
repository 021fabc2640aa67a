"""Failures of tasks, in the interpreter's terms."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails


class TaskAbandonedError(TimeoutError):
    """The state ended while its task was waiting: stopped, timed out, or a sibling failed."""


def task_failure(env: Any, error: str, cause: str, *, resource: str, resource_type: str) -> Any:
    """Return the exception that fails a task state with `error`, for Retry and Catch to handle."""
    details = TaskFailedEventDetails(
        error=error, cause=cause, resource=resource, resourceType=resource_type
    )
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=CustomErrorName(error_name=error),
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(taskFailedEventDetails=details),
        )
    )
