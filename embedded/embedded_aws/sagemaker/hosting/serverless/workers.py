"""The containers of a serverless variant: one request each, started when none is free."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from embedded_aws.clock import Clock
from embedded_aws.sagemaker.container.container_limits import ContainerLimits
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.hosting.in_flight import InFlight
from embedded_aws.sagemaker.hosting.instance import Instance

# "The model must download and the server must respond successfully to /ping within 3 minutes"
# (guide, "Invoke a serverless endpoint").
_STARTUP_SECONDS = 180.0
# Compute is "proportional to the memory" (guide, "Memory size"), as in AWS Lambda, whose functions
# have one vCPU for 1,769 MB (Lambda guide, "Configure Lambda function memory").
_MB_PER_CORE = 1769
# AWS does not say how long; users see a quarter of an hour.
IDLE_SECONDS = 15 * 60
_LOOK_SECONDS = 60.0
_STARTED_AT_ONCE = 2


def limits_of(memory_mb: int) -> ContainerLimits:
    """Return what a container of this memory size may use and write."""
    here = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return ContainerLimits(
        memory_mb=memory_mb,
        cores=here[: math.ceil(memory_mb / _MB_PER_CORE)],
        startup_seconds=_STARTUP_SECONDS,
        read_only_root=True,
    )


@dataclass
class Worker:
    """One container; `idle_since` is when it answered its last request."""

    instance: Instance
    idle_since: float


@dataclass
class Workers:
    """Starts containers, keeps them for the next request, and ends those that are idle too long.

    Attributes:
        start: starts a container; raises JobError.
        kept: how many stay although they are idle.
    """

    start: Callable[[], Instance]
    clock: Clock
    kept: int = 0
    answering: InFlight = field(default_factory=InFlight)
    _idle: list[Worker] = field(default_factory=list)
    _busy: list[Worker] = field(default_factory=list)
    _stopped: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._end_looking = self.clock.every(_LOOK_SECONDS, self._end_idle)

    def all(self) -> list[Worker]:
        """Return the containers that run; one that was ended for its memory does not."""
        with self._lock:
            workers = [*self._idle, *self._busy]
        return [worker for worker in workers if not worker.instance.server.ended.is_set()]

    def warm(self, count: int) -> None:
        """Start containers until there are `count`; raises JobError."""
        missing = max(0, count - len(self.all()))
        if not missing:
            return
        with ThreadPoolExecutor(min(missing, _STARTED_AT_ONCE)) as pool:
            starts = [pool.submit(self._start_into, self._idle) for _ in range(missing)]
        for start in starts:
            start.result()

    def find(self) -> Worker | None:
        """Return an idle container, which is busy from now on: the one that was used last."""
        with self._lock:
            healthy = [worker for worker in self._idle if worker.instance.server.healthy]
            if not healthy:
                return None
            found = max(healthy, key=lambda worker: worker.idle_since)
            self._idle.remove(found)
            self._busy.append(found)
            return found

    def begin(self) -> Worker:
        """Start another container for one request; raises JobError."""
        return self._start_into(self._busy)

    def _start_into(self, workers: list[Worker]) -> Worker:
        worker = Worker(self.start(), self.clock.time())
        with self._lock:
            if not self._stopped:
                workers.append(worker)
                return worker
        _end([worker])
        raise JobError("The endpoint was deleted or updated while the container started.")

    def put_back(self, worker: Worker) -> None:
        """Keep a container for the next request, unless it has ended."""
        worker.idle_since = self.clock.time()
        has_ended = worker.instance.server.ended.is_set()
        with self._lock:
            self._busy.remove(worker)
            if not has_ended:
                self._idle.append(worker)
        if has_ended:
            _end([worker])  # its log is closed

    def stop(self, drain_seconds: float) -> None:
        """End all containers after the last answer, or after so many seconds."""
        self._end_looking()
        self.answering.wait_until_none(drain_seconds)
        with self._lock:
            self._stopped = True
            workers = [*self._idle, *self._busy]
            self._idle.clear()
        _end(workers)

    def _end_idle(self) -> None:
        now = self.clock.time()
        with self._lock:
            by_use = sorted(self._idle, key=lambda worker: worker.idle_since)
            spare = max(0, len(self._idle) + len(self._busy) - self.kept)
            ended = [worker for worker in by_use[:spare] if now - worker.idle_since >= IDLE_SECONDS]
            self._idle[:] = [worker for worker in self._idle if worker not in ended]
        if ended:  # the clock must not wait for them
            threading.Thread(target=_end, args=(ended,), name="idle-workers", daemon=True).start()


def _end(workers: list[Worker]) -> None:
    stops = [threading.Thread(target=worker.instance.stop, args=(0,)) for worker in workers]
    for stop in stops:
        stop.start()
    for stop in stops:
        stop.join()
