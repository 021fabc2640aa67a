"""Measure what an endpoint's instances can do, by asking it."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

CLIENTS = 32
_ALONE_SHARE = 0.3


@dataclass(frozen=True)
class Throughput:
    """What was measured: answers per second of all instances, and seconds of one request alone."""

    requests_per_second: float
    latency_seconds: float


@dataclass
class _Count:
    seconds: list[float] = field(default_factory=list)
    problem: Exception | None = None


def measure(
    client: Any, endpoint: str, bodies: Sequence[bytes], content_type: str, seconds: float
) -> Throughput:
    """Send requests one after the other for a third of the time, then from 32 callers at once.

    Args:
        client: of `sagemaker-runtime`, without retries.
        bodies: requests, which are sent in turns.

    Raises:
        botocore.exceptions.ClientError: the endpoint refuses a request for another reason than
            that too many wait.
    """

    def ask(number: int) -> None:
        body = bodies[number % len(bodies)]
        client.invoke_endpoint(EndpointName=endpoint, ContentType=content_type, Body=body)

    ask(0)  # what is made at the first request is not measured
    alone = _send(ask, 1, _ALONE_SHARE * seconds)
    crowded = (1 - _ALONE_SHARE) * seconds
    together = _send(ask, CLIENTS, crowded)
    return Throughput(len(together) / crowded, statistics.median(alone))


def _send(ask: Callable[[int], None], callers: int, seconds: float) -> list[float]:
    """Return the seconds of each answer."""
    end = time.monotonic() + seconds
    counts = [_Count() for _ in range(callers)]

    def call(count: _Count, number: int) -> None:
        while (began := time.monotonic()) < end:
            try:
                ask(number)
            except ClientError as error:
                if error.response.get("OriginalStatusCode") != 503:
                    count.problem = error
                    return
                time.sleep(0.05)
                continue
            count.seconds.append(time.monotonic() - began)
            number += callers

    threads = [
        threading.Thread(target=call, args=(count, number)) for number, count in enumerate(counts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for count in counts:
        if count.problem is not None:
            raise count.problem
    return [value for count in counts for value in count.seconds]
