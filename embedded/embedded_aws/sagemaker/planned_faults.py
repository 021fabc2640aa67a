"""The faults on demand of jobs, no capacity and spot interruptions, and the words of endpoints.

The wording is that of failed jobs and endpoints on AWS ("CapacityError" in the developer guide's
troubleshooting; InsufficientInstanceCapacity of endpoints in re:Post's knowledge center).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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


class PlannedFaults:
    """What will happen to one job; decided when its call is accepted."""

    def __init__(self, service: SageMaker, operation: str, request: dict[str, Any]) -> None:
        faults, place = service.runtime.faults, f"sagemaker:{operation}"
        self.has_capacity = faults.take(place, request, ("capacity",)) is None
        self._interruption = None
        if request.get("EnableManagedSpotTraining"):
            self._interruption = faults.take(place, request, ("spot-interruption",))

    def require_capacity(self) -> None:
        """Raise JobError when there is no capacity."""
        if not self.has_capacity:
            raise JobError(_JOB_WITHOUT_CAPACITY)

    def interrupted_after(self) -> float | None:
        """Return the seconds after which a spot instance is interrupted, the first time only."""
        fault, self._interruption = self._interruption, None
        if fault is None:
            return None
        return _DEFAULT_INTERRUPTION_SECONDS if fault.seconds is None else fault.seconds
