"""Measure what an endpoint's instances can do, by asking it."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from autogluon_cli.framework.errors import CommandError
from autogluon_client.endpoint.real_time import RealTime
from autogluon_client.endpoint.transport import Request
from autogluon_contracts.content_types import JSON
from autogluon_contracts.names import MAIN_VARIANT, VARIANT

CLIENTS = 32
_ALONE_SHARE = 0.3
_BUSY_SHARE = 0.8  # of one processor, which Python's threads share
_FULL_FACTOR = 1.5


@dataclass(frozen=True)
class Throughput:
    """What was measured: answers per second of all instances, and seconds of one request alone.

    `is_least` tells that the callers were the limit, so that the instances may answer more.
    """

    requests_per_second: float
    latency_seconds: float
    is_least: bool = False


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
        EndpointRequestError: the endpoint's container refuses one of the requests.
        botocore.exceptions.ClientError: the endpoint refuses a request for another reason than
            that too many wait.
        botocore.exceptions.BotoCoreError: a request gets no answer, such as within a minute.
        CommandError: all requests are refused because too many wait.
    """

    def ask(number: int) -> None:
        body = bodies[number % len(bodies)]
        # Others answer beside it, on instances of their own.
        answer = client.invoke_endpoint(
            EndpointName=endpoint, ContentType=content_type, Body=body, TargetVariant=VARIANT
        )
        answer["Body"].read()  # or the next request would need a connection of its own

    # What is made at the first request is not measured; and a request that is refused is told.
    for body in bodies:
        way = RealTime(client, endpoint, say=lambda _: None, variant=MAIN_VARIANT)
        way.send(Request(body, content_type, JSON, ""))
    alone = _send(ask, 1, _ALONE_SHARE * seconds)
    began, busy = time.monotonic(), time.process_time()
    together = _send(ask, CLIENTS, (1 - _ALONE_SHARE) * seconds)
    # The last answers come after the time is over, and took their share of the instances.
    took, busy = time.monotonic() - began, time.process_time() - busy
    if not alone or not together:
        raise CommandError(
            f"The endpoint {endpoint} answered 503 to all requests: too many wait already.",
            advice="Measure when it is less busy, or give --throughput.",
            next_command="agcdk endpoints",
        )
    latency = statistics.median(alone)
    is_full = statistics.median(together) > _FULL_FACTOR * latency
    return Throughput(
        len(together) / took, latency, is_least=not is_full or busy > _BUSY_SHARE * took
    )


def _send(ask: Callable[[int], None], callers: int, seconds: float) -> list[float]:
    """Return the seconds of each answer."""
    end = time.monotonic() + seconds
    counts = [_Count() for _ in range(callers)]

    def call(count: _Count, number: int) -> None:
        while (began := time.monotonic()) < end:
            try:
                ask(number)
            except (ClientError, BotoCoreError) as error:
                told = error.response if isinstance(error, ClientError) else {}
                if told.get("OriginalStatusCode") != 503:
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
