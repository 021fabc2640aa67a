"""The log of the embedded AWS's activity, one readable line per event."""

from __future__ import annotations

import sys
import threading
import time
from typing import TextIO


class ActivityLog:
    """Writes `12:34:56  sagemaker       training job income-... started` lines."""

    def __init__(self, stream: TextIO | None = None, *, verbose: bool = False) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._verbose = verbose
        self._lock = threading.Lock()

    def event(self, service: str, message: str) -> None:
        """Log an event for users: a job started, a stack changed, a call was denied."""
        line = f"{time.strftime('%H:%M:%S')}  {service:<14}  {message}"
        with self._lock:
            print(line, file=self._stream, flush=True)

    def detail(self, service: str, message: str) -> None:
        """Log a detail for developers; printed only with `--verbose`."""
        if self._verbose:
            self.event(service, message)
