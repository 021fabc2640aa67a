"""The clock calls its timers in order, wherever its time comes from."""

from __future__ import annotations

import base64
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.clock import Clock
from embedded_aws.clock_endpoint import CLOCK_PATH
from embedded_aws.credentials import ADMIN
from embedded_aws.server import EmbeddedAws
from tests.waiting import until


@pytest.fixture
def clock() -> Iterator[Clock]:
    made = Clock()
    yield made
    made.close()


def test_advancing_calls_each_timer_at_its_own_time(clock: Clock) -> None:
    begin, seen = clock.time(), []
    for seconds in (3000, 1000, 2000, 9000):
        clock.after(seconds, lambda: seen.append(round(clock.time() - begin, -1)))
    clock.advance(4000)
    assert seen == [1000, 2000, 3000]
    assert clock.time() - begin >= 4000


def test_a_call_every_minute_is_made_sixty_times_in_an_hour(clock: Clock) -> None:
    seen: list[int] = []
    end = clock.every(60, lambda: seen.append(int(clock.time())))
    clock.advance(3600)
    assert len(seen) == 60
    assert all(moment % 60 == 0 for moment in seen)
    end()
    clock.advance(3600)
    assert len(seen) == 60


def test_a_timer_that_is_past_is_called_at_once_and_a_cancelled_one_never(clock: Clock) -> None:
    called = threading.Event()
    clock.at(clock.time() - 5, called.set)
    assert called.wait(5)
    unwanted = threading.Event()
    clock.after(10, unwanted.set).cancel()
    clock.advance(20)
    assert not unwanted.is_set()


def test_a_fault_of_one_timer_is_reported_and_stops_no_other() -> None:
    faults: list[Exception] = []
    clock, called = Clock(faults.append), threading.Event()
    clock.after(1, lambda: 1 // 0)
    clock.after(2, called.set)
    clock.advance(3)
    assert called.is_set()
    assert isinstance(faults[0], ZeroDivisionError)
    clock.close()


def test_a_wait_ends_when_the_clock_is_advanced_or_its_reason_is_gone(clock: Clock) -> None:
    ends: list[bool] = []
    gone = threading.Event()
    threads = [
        threading.Thread(target=lambda: ends.append(clock.wait(1000))),
        threading.Thread(target=lambda: ends.append(clock.wait(9000, gone.is_set))),
    ]
    for thread in threads:
        thread.start()
    until(lambda: len(clock._changed._waiters) == 2, 5, "both wait")  # type: ignore[attr-defined]
    clock.advance(1000)
    threads[0].join(5)
    assert ends == [True]
    gone.set()
    clock.wake()
    threads[1].join(5)
    assert ends == [True, False]


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_the_clock_only_moves_forward(clock: Clock, seconds: float) -> None:
    with pytest.raises(ValueError, match="only moves forward"):
        clock.advance(seconds)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(image_python=Path("unused"), services=()) as server:
        yield server


def _ask(aws: EmbeddedAws, body: str | None, user: str = "") -> dict[str, Any]:
    user = user or f"{ADMIN.access_key_id}:{ADMIN.secret_access_key}"
    request = urllib.request.Request(
        aws.endpoint_url + CLOCK_PATH,
        data=None if body is None else body.encode(),
        headers={"Authorization": "Basic " + base64.b64encode(user.encode()).decode()},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        answer: dict[str, Any] = json.load(response)
    return answer


def test_the_administrator_moves_the_clock_from_outside(aws: EmbeddedAws) -> None:
    before = aws.runtime.clock.time()
    assert _ask(aws, None)["now"].endswith("+00:00")
    _ask(aws, '{"advanceSeconds": 3600}')
    assert aws.runtime.clock.time() - before >= 3600


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"advanceSeconds": "1"}', '{"advanceSeconds": -1}', "1" * 2000]
)
def test_a_malformed_request_to_the_clock_is_refused(aws: EmbeddedAws, body: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as failure:
        _ask(aws, body)
    assert failure.value.code == 400


def test_others_do_not_move_the_clock(aws: EmbeddedAws) -> None:
    with pytest.raises(urllib.error.HTTPError) as failure:
        _ask(aws, '{"advanceSeconds": 3600}', "AKIAEMBEDDEDADMIN001:wrong")
    assert failure.value.code == 403
