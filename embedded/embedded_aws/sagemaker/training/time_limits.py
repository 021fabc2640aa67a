"""The time that a training job may run, and that it may take with waiting for instances."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from embedded_aws.sagemaker.planned_faults import PlannedFaults
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.training.training_job import TrainingJob

_LOOKS_FOR_CAPACITY_EVERY_SECONDS = 60.0


class TimeLimits:
    """MaxRuntimeInSeconds, of all instances together, and MaxWaitTimeInSeconds of a spot job.

    Waiting goes by the clock, which tests may move; running by the machine's.
    """

    def __init__(self, service: SageMaker, job: TrainingJob) -> None:
        self._service, self._job = service, job
        self._clock = service.runtime.clock
        wait = job.max_wait_seconds
        self._waits_until = math.inf if wait is None else self._clock.time() + wait
        self._ran_seconds = 0.0

    @property
    def waited_out(self) -> bool:
        """Return whether the job has taken as long as it may with waiting."""
        return self._clock.time() >= self._waits_until

    def wait_for_instances(self, faults: PlannedFaults) -> None:
        """Wait for spot instances, until there are some or the job is not to wait any longer.

        Raises:
            JobError: there are no on-demand instances, for which SageMaker does not wait.
        """
        if not self._job.request.get("EnableManagedSpotTraining"):
            faults.require_capacity()
            return
        while not (self.waited_out or self._has_ended() or faults.finds_capacity()):
            self._job.say_no_capacity()
            left = self._waits_until - self._clock.time()
            self._clock.wait(min(_LOOKS_FOR_CAPACITY_EVERY_SECONDS, left), self._has_ended)

    @contextmanager
    def running(self) -> Iterator[float]:
        """Count the time of the body; yields the `time.monotonic()` at which it is over."""
        started = time.monotonic()
        left = self._job.max_runtime_seconds - self._ran_seconds
        yield started + min(left, self._waits_until - self._clock.time())
        self._ran_seconds += time.monotonic() - started

    @property
    def exceeded(self) -> str:
        """Return the secondary status of a job whose time was over while it ran."""
        return "MaxWaitTimeExceeded" if self.waited_out else "MaxRuntimeExceeded"

    def _has_ended(self) -> bool:
        return self._job.stop.is_set() or self._service.closing.is_set()
