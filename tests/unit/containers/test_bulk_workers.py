"""Several workers: a bounded number of chunks under way, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from typing import Any, Self, cast

import pytest

from autogluon_jobs.bulk import worker_pool
from autogluon_jobs.bulk.capacity import Capacity

WORKERS = 3
CHUNKS = 500


class ReadyPool:
    """Every worker is done at once, so that whoever waits for nothing takes everything."""

    def __init__(self, *_: Any) -> None:
        pass

    def submit(self, _: Any, task: int) -> Future[int]:
        done: Future[int] = Future()
        done.set_result(task)
        return done

    def shutdown(self, **_: Any) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_pieces_under_way_stay_few_while_their_consumer_is_slow(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(worker_pool, "ProcessPoolExecutor", ReadyPool)
    monkeypatch.setattr(worker_pool.os, "environ", {})
    cut: list[int] = []

    def tasks() -> Iterator[Any]:
        while len(cut) < CHUNKS:
            cut.append(len(cut) + 1)
            yield cut[-1]

    setup = worker_pool.Setup(tmp_path, tmp_path, config=cast(Any, None))
    with worker_pool.start_workers(setup, Capacity(WORKERS, 1)) as predict:
        pieces = predict(tasks())
        for consumed, piece in enumerate(islice(pieces, CHUNKS // 2), start=1):
            assert piece == consumed
            assert len(cut) - consumed < 2 * WORKERS + 1
        assert [*pieces] == list(range(CHUNKS // 2 + 1, CHUNKS + 1))
