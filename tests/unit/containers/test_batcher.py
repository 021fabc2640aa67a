"""Joined calls: order, isolation, deadlines, and how many may wait."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest

from autogluon_jobs.serving.batcher import Batcher, BatchLimits
from autogluon_jobs.serving.overload import ExpiredError, OverloadedError
from tests.waiting import until

FAR = float("inf")
LIMITS = BatchLimits(max_rows=8, max_wait_seconds=5.0, max_waiting=100)
# A leader would wait longer than a test does.
PATIENT = BatchLimits(max_rows=8, max_wait_seconds=30.0, max_waiting=100)


class Doubler:
    """Doubles numbers, refuses 13, stays shut until opened, and remembers its batches."""

    def __init__(self, *, shut: bool = False) -> None:
        self.batches: list[list[int]] = []
        self.entered = threading.Event()
        self.open = threading.Event()
        if not shut:
            self.open.set()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        self.entered.set()
        assert self.open.wait(10)
        if 13 in numbers:
            raise ValueError("13 is refused")
        return [2 * number for number in numbers]


def call(batcher: Batcher[int, int], number: int, rows: int = 1, deadline: float = FAR) -> int:
    with batcher.admit() as ticket:
        return batcher.predict(number, rows, deadline, ticket)


def waiting(batcher: Batcher[int, int]) -> int:
    return len(batcher._queue)


def until_waiting(batcher: Batcher[int, int], count: int) -> None:
    until(lambda: waiting(batcher) == count, 10, f"{count} wait")


@pytest.fixture
def threads():
    with ThreadPoolExecutor(100) as pool:
        yield pool


def test_a_caller_that_is_alone_computes_at_once(threads):
    assert threads.submit(call, Batcher(Doubler(), PATIENT), 21).result(10) == 42


def test_everybody_gets_the_answer_to_their_own_number(threads):
    doubler = Doubler()
    batcher = Batcher(doubler, LIMITS)
    numbers = [number for number in range(500) if number != 13]
    answers = list(threads.map(lambda number: call(batcher, number), numbers))
    assert answers == [2 * number for number in numbers]
    assert max(map(len, doubler.batches)) <= LIMITS.max_rows
    assert sorted(chain(*doubler.batches)) == numbers


def test_those_who_wait_are_computed_together_in_their_order_up_to_the_limit(threads):
    doubler = Doubler(shut=True)
    batcher = Batcher(doubler, LIMITS)
    first = threads.submit(call, batcher, 0)
    assert doubler.entered.wait(10)
    others = []
    for number in range(1, 12):
        others.append(threads.submit(call, batcher, number))
        until_waiting(batcher, number)
    doubler.open.set()
    assert [future.result(10) for future in (first, *others)] == [2 * n for n in range(12)]
    assert doubler.batches == [[0], list(range(1, 9)), [9, 10, 11]]


def test_a_large_request_is_not_cut_and_takes_no_others_along(threads):
    doubler = Doubler(shut=True)
    batcher = Batcher(doubler, LIMITS)
    futures = [threads.submit(call, batcher, 0)]
    assert doubler.entered.wait(10)
    for position, (number, rows) in enumerate([(1, 3), (2, 1000), (3, 4), (4, 4)], start=1):
        futures.append(threads.submit(call, batcher, number, rows))
        until_waiting(batcher, position)
    doubler.open.set()
    assert [future.result(10) for future in futures] == [0, 2, 4, 6, 8]
    assert doubler.batches == [[0], [1], [2], [3, 4]]


def test_one_who_is_refused_spoils_nobody_elses_answer(threads):
    doubler = Doubler(shut=True)
    batcher = Batcher(doubler, LIMITS)
    first = threads.submit(call, batcher, 0)
    assert doubler.entered.wait(10)
    others = {number: threads.submit(call, batcher, number) for number in (11, 12, 13, 14)}
    until_waiting(batcher, 4)
    doubler.open.set()
    assert first.result(10) == 0
    assert {n: others[n].result(10) for n in (11, 12, 14)} == {11: 22, 12: 24, 14: 28}
    with pytest.raises(ValueError, match="13 is refused"):
        others[13].result(10)
    assert call(batcher, 5) == 10


def test_a_leader_waits_for_a_request_that_is_being_read(threads):
    doubler = Doubler()
    batcher = Batcher(doubler, LIMITS)
    with batcher.admit() as ticket:
        other = threads.submit(call, batcher, 1)
        until_waiting(batcher, 1)
        assert not doubler.entered.is_set()
        assert batcher.predict(2, 1, FAR, ticket) == 4
    assert other.result(10) == 2
    assert doubler.batches == [[1, 2]]


def test_a_request_that_turns_out_unreadable_is_no_longer_waited_for(threads):
    batcher = Batcher(Doubler(), PATIENT)
    with batcher.admit():
        other = threads.submit(call, batcher, 1)
        until_waiting(batcher, 1)
    assert other.result(10) == 2


def test_waiting_for_others_is_bounded(threads):
    limits = BatchLimits(max_rows=8, max_wait_seconds=0.02, max_waiting=100)
    batcher = Batcher(Doubler(), limits)
    with batcher.admit():
        assert threads.submit(call, batcher, 1).result(10) == 2


def test_one_more_than_may_wait_is_refused_and_the_others_are_answered(threads):
    doubler = Doubler(shut=True)
    limits = BatchLimits(max_rows=8, max_wait_seconds=0, max_waiting=3)
    batcher = Batcher(doubler, limits)
    futures = [threads.submit(call, batcher, 0)]
    assert doubler.entered.wait(10)
    futures += [threads.submit(call, batcher, number) for number in (1, 2, 3)]
    until_waiting(batcher, 3)
    with pytest.raises(OverloadedError, match="3 requests are already waiting"):
        call(batcher, 4)
    doubler.open.set()
    assert [future.result(10) for future in futures] == [0, 2, 4, 6]
    assert call(batcher, 4) == 8


def test_what_nobody_waits_for_any_more_is_not_computed(threads):
    now = [0.0]
    doubler = Doubler(shut=True)
    batcher = Batcher(doubler, LIMITS, clock=lambda: now[0])
    first = threads.submit(call, batcher, 0)
    assert doubler.entered.wait(10)
    late = threads.submit(call, batcher, 1, deadline=60.0)
    timely = threads.submit(call, batcher, 2, deadline=120.0)
    until_waiting(batcher, 2)
    now[0] = 61.5
    doubler.open.set()
    assert (first.result(10), timely.result(10)) == (0, 4)
    with pytest.raises(ExpiredError, match=r"waited 1.5 s longer than serving.request_timeout"):
        late.result(10)
    assert 1 not in chain(*doubler.batches)


def test_a_full_house_empties_completely(threads):
    batcher = Batcher(Doubler(), BatchLimits(4, 0.0, 1000))
    for _ in range(20):
        futures = [threads.submit(call, batcher, number) for number in range(14, 64)]
        assert [future.result(10) for future in futures] == [2 * n for n in range(14, 64)]
    assert (batcher._reading, waiting(batcher), batcher._led) == (0, 0, False)
