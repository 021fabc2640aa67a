"""The queue of an asynchronous endpoint: its order, its age, and what a snapshot keeps."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

from embedded_aws.sagemaker.hosting.asynchronous.request import AsyncRequest, Backlog

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def request(name: str, minute: int = 0, *, ttl_seconds: int = 60) -> AsyncRequest:
    return AsyncRequest(
        inference_id=name,
        input_location="s3://bucket/rows",
        body=None,
        headers={},
        output_location="s3://bucket/answer",
        failure_location=None,
        ttl_seconds=ttl_seconds,
        timeout_seconds=900,
        received=NOON + timedelta(minutes=minute),
    )


def test_the_oldest_request_counts_until_it_has_ended() -> None:
    backlog = Backlog()
    backlog.waiting.extend([request("a"), request("b", 1)])
    first = backlog.waiting[0]
    backlog.begin(first)
    assert (first.inference_id, len(backlog)) == ("a", 2)
    assert backlog.oldest() == first
    backlog.end(first)
    oldest = backlog.oldest()
    assert oldest is not None
    assert (oldest.inference_id, len(backlog)) == ("b", 1)


def test_a_request_expires_after_its_time_in_the_queue() -> None:
    assert not request("a").is_expired(NOON + timedelta(seconds=59))
    assert request("a").is_expired(NOON + timedelta(seconds=60))


def test_a_request_expires_behind_one_that_may_wait_longer() -> None:
    backlog = Backlog()
    backlog.waiting.extend([request("patient", ttl_seconds=3600), request("a"), request("b", 1)])
    now = NOON + timedelta(seconds=60)
    expired = backlog.begin_expired(now)
    assert expired is not None
    assert (expired.inference_id, len(backlog)) == ("a", 3)
    assert backlog.begin_expired(now) is None
    assert [item.inference_id for item in backlog.waiting] == ["patient", "b"]


def test_what_a_snapshot_interrupts_waits_again_in_its_order() -> None:
    backlog = Backlog()
    backlog.waiting.extend([request("a"), request("b", 1)])
    backlog.begin(backlog.waiting[0])
    restored: Backlog = pickle.loads(pickle.dumps(backlog))
    assert [item.inference_id for item in restored.waiting] == ["a", "b"]
    assert restored.processed == []
    assert len(backlog.processed) == 1
