"""The state and helpers that all SageMaker resources share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from embedded_aws.credentials import Credentials
from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.runtime import Runtime
from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.isolation import Isolation, find_isolation
from embedded_aws.sagemaker.job_record import JobRecord
from embedded_aws.sagemaker.state import Record, RegionStore
from embedded_aws.sagemaker.state_changes import state_change
from embedded_aws.sagemaker.support import check_support
from embedded_aws.sagemaker.validation import check_constraints

PRINCIPAL = "sagemaker.amazonaws.com"


@dataclass
class SageMaker:
    """The shared parts of all SageMaker resources.

    `stop_grace_seconds` is the time between SIGTERM and SIGKILL for a job that is stopped; AWS
    gives 120 s. `isolation` is what a container gets of its own.
    """

    runtime: Runtime
    stop_grace_seconds: float = 120.0
    isolation: Isolation = field(default_factory=find_isolation)
    closing: threading.Event = field(default_factory=threading.Event)
    _regions: dict[str, RegionStore] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def region(self, name: str) -> RegionStore:
        """Return the resources of a region."""
        with self._lock:
            if name not in self._regions:
                self._regions[name] = RegionStore(self.runtime.account_id, name)
            return self._regions[name]

    def regions(self) -> list[RegionStore]:
        """Return the resources of each region that was used."""
        with self._lock:
            return list(self._regions.values())

    def folder(self, region: str, kind: str, name: str) -> Path:
        """Return a resource's folder below the state folder, without creating it."""
        return self.runtime.state_dir / "sagemaker" / region / kind / name

    def assume(self, role_arn: str, resource_name: str, resource_arn: str) -> Credentials:
        """Return credentials of a resource's role, as SageMaker assumes it.

        Raises:
            ApiError: the role does not exist or does not trust SageMaker.
        """
        try:
            return self.runtime.role_credentials(
                role_arn, PRINCIPAL, f"SageMaker-{resource_name}"[:64], resource_arn
            )
        except ApiError as error:
            raise invalid(
                f"Could not assume role {role_arn}. Please ensure that the role exists and allows "
                f"principal '{PRINCIPAL}' to assume the role. ({error.message})"
            ) from error

    def start(self, name: str, work: Callable[[], None]) -> None:
        """Run a job or a deployment in the background."""
        threading.Thread(target=work, name=name, daemon=True).start()

    def watch(
        self, job: JobRecord, describe: Callable[[], Mapping[str, Any]], detail_type: str
    ) -> None:
        """Announce a job's state, now and whenever it changes."""

        def announce() -> None:
            self.announce(job, describe(), detail_type, job.region)

        job.announce = announce
        announce()

    def announce(
        self, record: Record, described: Mapping[str, Any], detail_type: str, region: str
    ) -> None:
        """Announce a resource's state, its Describe answer, to the event bus."""
        self.runtime.events.publish(state_change(detail_type, region, record, described))

    def say_once(self, message: str) -> None:
        """Write a line to the activity log, unless it has been written already."""
        with self._lock:
            is_new = message not in self._said
            self._said.add(message)
        if is_new:
            self.say(message)

    def say(self, message: str) -> None:
        """Write a line to the activity log."""
        self.runtime.log.event("sagemaker", message)


def running_work(service: SageMaker) -> list[str]:
    """Return the jobs and endpoints that are between two states, such as `training-job/a`."""
    busy = {"InProgress", "Stopping", "Creating", "Updating", "Deleting"}
    return [
        f"{kind}/{record.name}"
        for store in service.regions()
        for kind, table in list(store.kinds.items())
        for record in list(table.values())
        if record.status in busy
    ]


def checked(handlers: Mapping[str, Operation]) -> dict[str, Operation]:
    """Return the same operations, behind the checks that apply to all of them."""

    def guard(handler: Operation) -> Operation:
        def answer(call: ApiCall) -> Mapping[str, Any] | None:
            check_constraints(call)
            check_support(call)
            return handler(call)

        return answer

    return {name: guard(handler) for name, handler in handlers.items()}
