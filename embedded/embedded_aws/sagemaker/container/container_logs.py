"""Stream a container's output to CloudWatch Logs while it is written."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.sagemaker.service import SageMaker

_FLUSH_SECONDS = 0.3
_EVENTS_PER_CALL = 1000
_MAX_CHARACTERS = 200_000  # CloudWatch takes 256 KB an event
_LINES_KEPT = 200
_ERROR_LINE = re.compile(r"^[\w.]*(Error|Exception|Exit|Interrupt)\b.*")


class ContainerLog:
    """One log stream. `write` and `follow` may be called from any thread.

    Args:
        client: a `logs` client of the job's role; when the role may not write logs, lines are
            kept for failure reasons only, and the activity log says so once.
        on_line: called with every line, in order.
    """

    def __init__(
        self,
        service: SageMaker,
        client: Any,
        group: str,
        stream: str,
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        self._service = service
        self._client = client
        self._target = {"logGroupName": group, "logStreamName": stream}
        self._on_line = on_line
        self._pending: list[dict[str, Any]] = []
        self._tail: deque[str] = deque(maxlen=_LINES_KEPT)
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._writer = threading.Thread(target=self._write_forever, daemon=True)
        self._writer.start()

    def write(self, text: str) -> None:
        """Add lines of SageMaker or of the container."""
        lines = [line[:_MAX_CHARACTERS] for line in text.splitlines() if line.strip()]
        with self._lock:
            timestamp = int(time.time() * 1000)
            self._pending += [{"timestamp": timestamp, "message": line} for line in lines]
            self._tail.extend(lines)
        for line in lines:
            if self._on_line is not None:
                self._on_line(line)

    def follow(self, stream: IO[bytes]) -> threading.Thread:
        """Write everything a child prints; the thread ends when the child's output does."""

        def read() -> None:
            with stream:
                for line in stream:
                    self.write(line.decode("utf-8", "replace"))

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        return reader

    def last_words(self) -> str:
        """Return the line that best explains the end: an exception's, else the last one."""
        with self._lock:
            lines = list(self._tail)
        for line in reversed(lines):
            if _ERROR_LINE.match(line):
                return line
        return lines[-1] if lines else "it printed nothing"

    def close(self) -> None:
        """Write the remaining lines and end the stream."""
        self._closed.set()
        self._writer.join()

    def _write_forever(self) -> None:
        if not self._create_stream():
            return
        while not self._closed.wait(_FLUSH_SECONDS):
            self._flush()
        self._flush()

    def _create_stream(self) -> bool:
        group = {"logGroupName": self._target["logGroupName"]}
        exists = self._client.exceptions.ResourceAlreadyExistsException
        try:
            for create, arguments in (
                (self._client.create_log_group, group),
                (self._client.create_log_stream, self._target),
            ):
                with contextlib.suppress(exists):
                    create(**arguments)
        except (ClientError, BotoCoreError) as error:
            self._give_up(error)
            return False
        return True

    def _flush(self) -> None:
        with self._lock:
            events, self._pending = self._pending, []
        for start in range(0, len(events), _EVENTS_PER_CALL):
            part = events[start : start + _EVENTS_PER_CALL]
            try:
                self._client.put_log_events(**self._target, logEvents=part)
            except (ClientError, BotoCoreError) as error:
                self._give_up(error)
                self._closed.set()
                return

    def _give_up(self, error: Exception) -> None:
        if not self._service.closing.is_set():
            self._service.say(f"no logs in {self._target['logGroupName']}: {error}")
