"""Waiting for the requests that are being answered."""

from __future__ import annotations

import threading
import time

from embedded_aws.sagemaker.hosting.in_flight import InFlight


def test_waiting_ends_with_the_last_request() -> None:
    requests = InFlight()
    requests.begin()
    requests.begin()
    requests.end()
    threading.Timer(0.05, requests.end).start()
    started = time.monotonic()
    assert requests.wait_until_none(5)
    assert 0.04 < time.monotonic() - started < 4


def test_a_request_that_does_not_come_back_ends_the_wait_in_time() -> None:
    requests = InFlight()
    requests.begin()
    assert not requests.wait_until_none(0.01)
