"""Call an endpoint all the time while something happens to it."""

from __future__ import annotations

import threading
import time
from typing import Any

_PAUSE_SECONDS = 0.2


class Caller:
    """Keeps calling an endpoint from another thread and remembers what went wrong.

    Calls are due at equal distances; one that is late follows at once, so that the rate is kept
    as long as the endpoint answers faster than that on the whole.
    """

    def __init__(
        self, runtime: Any, endpoint: str, body: str, pause_seconds: float = _PAUSE_SECONDS
    ) -> None:
        """Take a client of `sagemaker-runtime`, and CSV rows."""
        self._runtime, self._endpoint, self._body = runtime, endpoint, body
        self._pause_seconds = pause_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._call)
        self.answers: list[bytes] = []
        self.errors: list[str] = []

    def __enter__(self) -> Caller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _call(self) -> None:
        due = time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            due += self._pause_seconds
            try:
                answer = self._runtime.invoke_endpoint(
                    EndpointName=self._endpoint,
                    ContentType="text/csv",
                    Accept="application/json",
                    Body=self._body,
                )
                self.answers.append(answer["Body"].read())
            except Exception as error:  # noqa: BLE001 - every failure counts
                self.errors.append(str(error))
