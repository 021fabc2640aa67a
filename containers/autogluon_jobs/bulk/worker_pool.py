"""Start workers that predict chunks: this process, or several with a copy of the model each."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_jobs.bulk import worker
from autogluon_jobs.bulk.capacity import Capacity
from autogluon_jobs.bulk.worker import Piece, Task
from autogluon_jobs.messages.errors import InputError

# Chunks under way beyond one for each worker: enough that none waits for the parent.
_WAITING_CHUNKS = 2

Predict = Callable[[Iterable[Task]], Iterator[Piece]]
"""From chunks to their pieces, in the same order, with a bounded number under way."""


@dataclass(frozen=True)
class Setup:
    """What every worker needs to know, once."""

    model: Path
    scratch: Path
    config: BulkJobConfig


@contextmanager
def start_workers(setup: Setup, capacity: Capacity) -> Iterator[Predict]:
    """Load the model into as many processes as `capacity` says; yields the way to use them.

    Raises:
        InputError: the model is not one that this code can load, or a process died.
    """
    start = (setup.model, setup.scratch, setup.config, capacity.threads)
    if capacity.workers == 1:
        worker.start(*start)
        yield lambda tasks: (worker.predict(task) for task in tasks)
        return
    # Libraries read these when they are loaded; the children inherit them.
    os.environ.update(capacity.variables())
    # Not forked: OpenMP's threads, which loading a model may start, do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(capacity.workers, context, worker.start, start) as pool:
        try:
            yield lambda tasks: _in_order(pool, capacity.workers, tasks)
        except BrokenProcessPool as error:
            raise InputError(
                "A worker process died, probably because the instance ran out of memory: "
                f"{capacity.workers} workers held the model.",
                advice="Choose an instance type with more memory.",
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, workers: int, tasks: Iterable[Task]) -> Iterator[Piece]:
    under_way: deque[Future[Piece]] = deque()
    try:
        for task in tasks:
            under_way.append(pool.submit(worker.predict, task))
            if len(under_way) >= workers + _WAITING_CHUNKS:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        for future in under_way:
            future.cancel()
