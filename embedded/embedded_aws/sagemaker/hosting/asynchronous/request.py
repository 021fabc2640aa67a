"""One accepted request of an asynchronous endpoint."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AsyncRequest:
    """What InvokeEndpointAsync accepted. Either `input_location` or `body` is set.

    Attributes:
        headers: what the container gets beside the body.
        output_location: where the answer goes, an S3 URI.
        failure_location: where the container's error goes; None where the endpoint has no place.
        ttl_seconds: how long it may wait.
        timeout_seconds: how long the container may take.
        point: where among all requests it lies, from 0 to below 1: during an update, the next fleet
            answers those below its share.
    """

    inference_id: str
    input_location: str | None
    body: bytes | None
    headers: Mapping[str, str | None]
    output_location: str
    failure_location: str | None
    ttl_seconds: int
    timeout_seconds: int
    received: datetime
    point: float = 0.0

    def is_expired(self, now: datetime) -> bool:
        """Return whether it has waited longer than its caller wants."""
        return (now - self.received).total_seconds() >= self.ttl_seconds


@dataclass
class Backlog:
    """The requests of one endpoint that have no answer yet; hold its store's lock.

    It belongs to the endpoint: an update of the endpoint keeps it, deleting the endpoint drops it.
    """

    waiting: deque[AsyncRequest] = field(default_factory=deque)
    processed: list[AsyncRequest] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.waiting) + len(self.processed)

    def begin(self, request: AsyncRequest) -> None:
        """Take a request that waits."""
        self.waiting.remove(request)
        self.processed.append(request)

    def begin_expired(self, now: datetime) -> AsyncRequest | None:
        """Take a request that has waited longer than its caller wants, wherever it waits."""
        request = next((item for item in self.waiting if item.is_expired(now)), None)
        if request is not None:
            self.begin(request)
        return request

    def end(self, request: AsyncRequest) -> None:
        """Forget a request that is answered, or has failed."""
        self.processed.remove(request)

    def oldest(self) -> AsyncRequest | None:
        """Return the request that was received first."""
        return min((*self.processed, *self.waiting), key=lambda item: item.received, default=None)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is saved: what was being processed waits again."""
        return {"waiting": deque((*self.processed, *self.waiting)), "processed": []}
