"""The record that training, processing and transform jobs share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.state import Record, now


def _tell_none() -> None:
    """Announce nothing: the job is not watched yet."""


@dataclass
class JobRecord(Record):
    """A job and its status: InProgress, Stopping, then Completed, Failed or Stopped."""

    NOUN: ClassVar[str] = "job"  # what SageMaker's messages call it

    region: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    failure_reason: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    announce: Callable[[], None] = field(default=_tell_none, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is saved of a job that has ended, which announces nothing any more."""
        return {name: value for name, value in self.__dict__.items() if name != "announce"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what was saved."""
        self.__dict__.update(state, announce=_tell_none)

    def begin(self) -> None:
        """Record that the instances are up."""
        self.started = self.modified = now()

    def end(self, status: str, failure_reason: str | None = None) -> None:
        """Record the final status: Completed, Failed or Stopped."""
        with self.lock:
            self.failure_reason = failure_reason if status == "Failed" else None
            self.ended = self.modified = now()
            self.status = status
        self.announce()

    def request_stop(self) -> None:
        """Request that the job stops. Raises ApiError when it has ended."""
        self._mark_stopping()
        self.stop.set()

    def _mark_stopping(self) -> None:
        with self.lock:
            if self.status != "InProgress":
                raise invalid(
                    f"The request was rejected because the {self.NOUN} is in status {self.status}."
                )
            self.status, self.modified = "Stopping", now()
        self.announce()
