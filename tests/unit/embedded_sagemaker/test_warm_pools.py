"""Instances that stay after a training job: whose they become, and for how long they are billed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from embedded_aws.sagemaker.training import warm_pools
from embedded_aws.sagemaker.training.training_job import TrainingJob

START = datetime(2026, 11, 30)
RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time, which a test moves."""
    times = [START]
    monkeypatch.setattr(warm_pools, "now", lambda: times[-1])
    return times


def job(name: str, *, ended: bool = True, kept: int | None = 600, **changes: Any) -> TrainingJob:
    resources = {**RESOURCES, **changes.pop("resources", {})}
    if kept is not None:
        resources["KeepAlivePeriodInSeconds"] = kept
    request = {"RoleArn": "role", "ResourceConfig": resources, **changes}
    made = TrainingJob(name, f"arn:{name}", request, status="Completed" if ended else "InProgress")
    made.started = START - timedelta(seconds=100)
    made.ended = START if ended else None
    return made


def test_they_are_used_by_the_next_job_that_is_alike(clock: list[datetime]) -> None:
    first, second = job("first"), job("second", ended=False)
    clock.append(START + timedelta(seconds=90))
    warm_pools.reuse([first, second], second)
    assert warm_pools.described(first) == {
        "Status": "Reused",
        "ResourceRetainedBillableTimeInSeconds": 90,
        "ReusedByJob": "second",
    }
    assert warm_pools.described(second) == {"Status": "InUse"}


@pytest.mark.parametrize(
    "changes",
    [
        {"RoleArn": "other"},
        {"EnableNetworkIsolation": True},
        {"resources": {"InstanceCount": 2}},
        {"kept": None},
    ],
)
def test_another_job_gets_instances_of_its_own(changes: dict[str, Any]) -> None:
    first, second = job("first"), job("second", ended=False, **changes)
    warm_pools.reuse([first, second], second)
    assert warm_pools.described(first) == {"Status": "Available"}


def test_they_leave_when_their_time_is_over(clock: list[datetime]) -> None:
    first, second = job("first"), job("second", ended=False)
    clock.append(START + timedelta(seconds=600))
    warm_pools.reuse([first, second], second)
    assert warm_pools.described(first) == {
        "Status": "Terminated",
        "ResourceRetainedBillableTimeInSeconds": 600,
    }


def test_a_job_without_a_time_has_no_pool() -> None:
    assert warm_pools.described(job("first", kept=None)) is None
