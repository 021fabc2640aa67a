"""Waiting for the requests that are being answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from embedded_aws.sagemaker.hosting.in_flight import InFlight


def test_waiting_ends_with_the_last_request() -> None:
    requests = InFlight()
    requests.begin()
    requests.begin()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(requests.wait_until_none, 30)
        requests.end()
        with pytest.raises(TimeoutError):
            waiting.result(0.05)
        requests.end()
        assert waiting.result(10)


def test_a_request_that_does_not_come_back_ends_the_wait_in_time() -> None:
    requests = InFlight()
    requests.begin()
    assert not requests.wait_until_none(0.01)
