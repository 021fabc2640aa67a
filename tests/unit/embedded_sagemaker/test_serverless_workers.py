"""No container of a serverless variant outlives the variant, however it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from embedded_aws.clock import Clock
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.hosting.instance import Instance
from embedded_aws.sagemaker.hosting.serverless.workers import Workers


class Server:
    """A server that runs until it is stopped."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    def stop(self) -> None:
        self.ended.set()


class Log:
    def close(self) -> None:
        pass


class Containers:
    """Starts containers; `fails` says which of the starts do, by their number."""

    def __init__(self, fails: Callable[[int], bool] = lambda _: False) -> None:
        self.started: list[Server] = []
        self.may_start = threading.Event()
        self.may_start.set()
        self.is_starting = threading.Event()
        self._fails, self._starts, self._lock = fails, 0, threading.Lock()

    def start(self) -> Instance:
        with self._lock:
            self._starts += 1
            number = self._starts
        self.is_starting.set()
        assert self.may_start.wait(20)
        if self._fails(number):
            raise JobError("unhealthy")
        server = Server()
        with self._lock:
            self.started.append(server)
        return Instance(str(number), cast(Any, server), cast(Any, Log()))

    @property
    def running(self) -> int:
        return sum(not server.ended.is_set() for server in self.started)


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    yield clock
    clock.close()


def test_containers_that_started_beside_a_failed_one_end_with_the_variant(clock: Clock) -> None:
    containers = Containers(fails=lambda number: number == 1)
    workers = Workers(containers.start, clock)
    with pytest.raises(JobError, match="unhealthy"):
        workers.warm(3)
    assert containers.running == 2

    workers.stop(0)

    assert containers.running == 0


def test_a_container_that_starts_while_the_variant_ends_does_not_stay(clock: Clock) -> None:
    containers = Containers()
    containers.may_start.clear()
    workers = Workers(containers.start, clock)
    with ThreadPoolExecutor(1) as pool:
        request = pool.submit(workers.begin)
        assert containers.is_starting.wait(20)
        workers.stop(0)
        containers.may_start.set()
        with pytest.raises(JobError, match="deleted or updated"):
            request.result()

    assert len(containers.started) == 1
    assert containers.running == 0
