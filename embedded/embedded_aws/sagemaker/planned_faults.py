"""The faults on demand of jobs, no capacity and spot interruptions, and the words of endpoints.

The wording is that of failed jobs and endpoints on AWS ("CapacityError" in the developer guide's
troubleshooting; InsufficientInstanceCapacity of endpoints in re:Post's knowledge center).
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from embedded_aws.faults.fault import Fault
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.service import SageMaker

_JOB_WITHOUT_CAPACITY = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a "
    "different ML instance type."
)
_ENDPOINT_WITHOUT_CAPACITY = (
    "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. "
    "Please retry using a different ML instance type or after some time."
)
_DEFAULT_INTERRUPTION_SECONDS = 1.0


def endpoint_without_capacity() -> JobError:
    """Return the failure of an endpoint that gets no instances."""
    return JobError(_ENDPOINT_WITHOUT_CAPACITY)


def first_with_capacity(
    service: SageMaker, operation: str, requests: Sequence[dict[str, Any]]
) -> tuple[dict[str, Any], PlannedFaults]:
    """Return the first request that gets instances, else the last, with what happens to its job."""
    for request in requests[:-1]:
        faults = PlannedFaults(service, operation, request)
        if faults.has_capacity:
            return request, faults
    return requests[-1], PlannedFaults(service, operation, requests[-1])


class Interruption:
    """The moment at which a spot instance is taken back: after some seconds, or at a log line."""

    def __init__(self, fault: Fault) -> None:
        seconds = _DEFAULT_INTERRUPTION_SECONDS if fault.seconds is None else fault.seconds
        self._line = fault.line
        self._at = time.monotonic() + seconds if fault.line is None else math.inf

    def read(self, line: str) -> None:
        """Look at a line of the log."""
        if self._line is not None and self._line in line:
            self._at = -math.inf

    def is_due(self) -> bool:
        """Return whether the instance is taken back by now."""
        return time.monotonic() >= self._at


class PlannedFaults:
    """What will happen to one job; whether there is capacity is decided when it is accepted."""

    def __init__(self, service: SageMaker, operation: str, request: dict[str, Any]) -> None:
        self._faults, self._place = service.runtime.faults, f"sagemaker:{operation}"
        self._request = request
        # A spot job waits for capacity, and asks when it does.
        is_spot = bool(request.get("EnableManagedSpotTraining"))
        self.has_capacity = is_spot or self.finds_capacity()

    def finds_capacity(self) -> bool:
        """Return whether instances are to be had, asked anew."""
        return self._faults.take(self._place, self._request, ("capacity",)) is None

    def require_capacity(self) -> None:
        """Raise JobError when there is no capacity."""
        if not self.has_capacity:
            raise JobError(_JOB_WITHOUT_CAPACITY)

    def interruption(self) -> Interruption | None:
        """Return when the spot instance that begins to train now is taken back; None: never."""
        if not self._request.get("EnableManagedSpotTraining"):
            return None
        fault = self._faults.take(self._place, self._request, ("spot-interruption",))
        return None if fault is None else Interruption(fault)
