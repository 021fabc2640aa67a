"""A job may run for so long on all its instances, and take so long with waiting."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from embedded_aws.clock import Clock
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.training import time_limits
from embedded_aws.sagemaker.training.time_limits import TimeLimits
from embedded_aws.sagemaker.training.training_job import TrainingJob


class Machine:
    """A clock of the machine that passes only when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


class Capacity:
    """Instances that are to be had from some attempt on."""

    def __init__(self, lacking: int) -> None:
        self.asked, self.lacking = 0, lacking

    def finds_capacity(self) -> bool:
        self.asked += 1
        return self.asked > self.lacking

    def require_capacity(self) -> None:
        if not self.finds_capacity():
            raise JobError("CapacityError")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(time_limits.time, "monotonic", machine.monotonic)
    return machine


class _Told(Clock):
    """Waits by moving forward."""

    def wait(self, seconds: float, ended: Any = lambda: False) -> bool:
        if not ended():
            self.advance(seconds)
        return True


def limits(*, spot: bool = True) -> tuple[TimeLimits, TrainingJob, Clock]:
    clock = _Told()
    stopping = {"MaxRuntimeInSeconds": 100, **({"MaxWaitTimeInSeconds": 300} if spot else {})}
    request = {"EnableManagedSpotTraining": spot, "StoppingCondition": stopping}
    job = TrainingJob("j", "arn:j", request, status="InProgress")
    job.enter("Starting")
    closing = SimpleNamespace(is_set=lambda: False)
    service: Any = SimpleNamespace(runtime=SimpleNamespace(clock=clock), closing=closing)
    return TimeLimits(service, job), job, clock


def test_the_time_on_all_instances_counts_together(machine: Machine) -> None:
    found, _, _ = limits()
    with found.running() as deadline:
        assert deadline == pytest.approx(1100)
        machine.seconds += 70
    with found.running() as deadline:
        assert deadline == pytest.approx(1070 + 30)
    assert found.exceeded == "MaxRuntimeExceeded"


def test_waiting_leaves_less_time_to_run(machine: Machine) -> None:
    found, _, clock = limits()
    clock.advance(250)
    with found.running() as deadline:
        assert deadline == pytest.approx(1050, abs=1)


def test_spot_instances_are_waited_for_and_not_longer_than_allowed() -> None:
    found, job, clock = limits()
    began = clock.time()
    found.wait_for_instances(Capacity(lacking=2))
    assert clock.time() - began == pytest.approx(120, abs=1)
    assert job.transitions[-1]["StatusMessage"].startswith("Insufficient capacity")
    assert not found.waited_out

    found.wait_for_instances(Capacity(lacking=99))
    assert found.waited_out
    assert found.exceeded == "MaxWaitTimeExceeded"


def test_a_job_that_is_stopped_waits_no_longer() -> None:
    found, job, _ = limits()
    job.stop.set()
    capacity = Capacity(lacking=99)
    found.wait_for_instances(capacity)
    assert capacity.asked == 0


def test_on_demand_instances_are_there_or_the_job_fails() -> None:
    found, _, _ = limits(spot=False)
    with pytest.raises(JobError, match="CapacityError"):
        found.wait_for_instances(Capacity(lacking=1))
