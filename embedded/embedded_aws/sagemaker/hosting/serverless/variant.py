"""A serverless production variant: as many containers as there are requests at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.container.answer import Answer, NoAnswerError
from embedded_aws.sagemaker.errors import JobError, invalid
from embedded_aws.sagemaker.hosting.instance import Instance, start_instance
from embedded_aws.sagemaker.hosting.invocation_metrics import (
    MEMORY,
    Invocation,
    Values,
    values_of_any,
)
from embedded_aws.sagemaker.hosting.serverless.metrics import (
    PROVISIONED_AT_ONCE,
    PROVISIONED_REQUESTS,
    PROVISIONED_USED,
    SETUP,
    SPILLED_REQUESTS,
    USED,
)
from embedded_aws.sagemaker.hosting.serverless.settings import (
    ServerlessCapacity,
    check_capacity,
)
from embedded_aws.sagemaker.hosting.serverless.workers import Worker, Workers, limits_of
from embedded_aws.sagemaker.hosting.single_precision import single_precision
from embedded_aws.sagemaker.hosting.variant import LONGEST_DRAIN_SECONDS
from embedded_aws.sagemaker.registry.model_records import resolve_model
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, now

# "The maximum request and response payload size for serverless invocations is 4 MB" (guide,
# "Invoke a serverless endpoint").
LARGEST_PAYLOAD_BYTES = 4 << 20


class ServerlessVariant:
    """The containers of one serverless variant.

    A new configuration is in service when one container has proved healthy, which stays for the
    first requests.

    Args:
        request: the ProductionVariant of the endpoint configuration.
        capacity: what to start with; the configuration's where there is nothing to restore.

    Attributes:
        desired: the capacity last asked for.
    """

    instance_types: tuple[str, ...] = ()
    instances: Sequence[Instance] = ()
    largest_payload_bytes = LARGEST_PAYLOAD_BYTES
    weight = 1.0

    def __init__(
        self,
        service: SageMaker,
        endpoint: Record,
        region: str,
        request: dict[str, Any],
        capacity: ServerlessCapacity | None = None,
    ) -> None:
        self.name: str = request["VariantName"]
        self.desired = capacity or ServerlessCapacity.of(request)
        self._current = self.desired
        self._service, self._endpoint, self._region = service, endpoint, region
        self._request = request
        self.model = resolve_model(service.region(region), request["ModelName"])
        self._workers = Workers(self._start, service.runtime.clock)
        self._lock = threading.Lock()
        self._changing_since: datetime | None = None

    @property
    def in_flight(self) -> int:
        """Return how many requests are not yet answered."""
        return self._workers.answering.count

    def describe(self) -> dict[str, Any]:
        """Return the variant's ProductionVariantSummary."""
        summary: dict[str, Any] = {
            "VariantName": self.name,
            "DeployedImages": self.model.images,
            "CurrentWeight": single_precision(self.weight),
            "DesiredWeight": single_precision(self.weight),
            "CurrentInstanceCount": 0,
            "CurrentServerlessConfig": self._current.describe(),
            "DesiredServerlessConfig": self.desired.describe(),
        }
        if (since := self._changing_since) is not None:
            summary["VariantStatus"] = [{"Status": "Updating", "StartTime": since}]
        return summary

    def take(self) -> TakenWorker:
        """Return what answers the next request.

        Raises:
            ApiError: as many requests as may be are being answered.
        """
        with self._lock:
            at_once = self.in_flight
            if at_once >= self._current.most_at_once:
                raise ApiError(
                    "ThrottlingException",
                    f"Endpoint {self._endpoint.name} answers {at_once} requests, its maximum "
                    "concurrency. Try again.",
                    status=429,
                )
            self._workers.answering.begin()
            return TakenWorker(self._workers, self._current, at_once + 1)

    def observed(self, *, new_minute: bool) -> Values:
        """Return what is measured in each new minute."""
        if not new_minute:
            return {}
        values = used(self._current, self.in_flight)
        guards = [worker.instance.guard for worker in self._workers.all()]
        percents = [guard.percent for guard in guards if guard is not None and guard.used_mb]
        return {**values, MEMORY: max(percents)} if percents else values

    def wanted(self, change: Mapping[str, Any]) -> ServerlessCapacity:
        """Return the capacity that a DesiredWeightAndCapacity asks for.

        Raises:
            ApiError: the variant cannot have it.
        """
        if "DesiredInstanceCount" in change:
            raise invalid(f"Variant {self.name} is serverless; leave DesiredInstanceCount out.")
        asked = change.get("ServerlessUpdateConfig") or {}
        capacity = replace(
            self.desired,
            most_at_once=asked.get("MaxConcurrency", self.desired.most_at_once),
            provisioned=asked.get("ProvisionedConcurrency", self.desired.provisioned),
        )
        check_capacity(self.name, capacity)
        return capacity

    @property
    def saved(self) -> ServerlessCapacity:
        """Return the capacity that outlives this process."""
        return self.desired

    def in_words(self) -> str:
        """Return what the variant has now."""
        return (
            f"{self.name} answers {self._current.most_at_once} requests at once, "
            f"{self._current.provisioned} of them warm"
        )

    def reach_desired(self) -> None:
        """Start what is to stay warm, one container at least.

        Raises:
            JobError: a container is unhealthy.
        """
        capacity, self._changing_since = self.desired, now()
        try:
            self._workers.warm(max(1, capacity.provisioned))
            self._workers.kept, self._current = capacity.provisioned, capacity
        finally:
            self._changing_since = None

    def stop(self, drain_seconds: float = LONGEST_DRAIN_SECONDS) -> None:
        """End all containers, after the last pending answer or after so many seconds."""
        self._workers.stop(drain_seconds)

    def _start(self) -> Instance:
        return start_instance(
            self._service,
            self._endpoint,
            self._region,
            self._request,
            self.model,
            limits_of(self.desired.memory_mb),
        )


class TakenWorker:
    """The container that answers a request, started for it where none is free.

    Args:
        at_once: requests that are being answered, this one among them.
    """

    def __init__(self, workers: Workers, capacity: ServerlessCapacity, at_once: int) -> None:
        self._workers, self._capacity, self._at_once = workers, capacity, at_once
        self._worker: Worker | None = None
        self._setup_seconds = 0.0

    def received(self) -> Values:
        """Return what the request counts for as soon as it is there."""
        values = used(self._capacity, self._at_once)
        if not self._capacity.provisioned:
            return values
        is_spilled = self._at_once > self._capacity.provisioned
        return {
            **values,
            PROVISIONED_REQUESTS: float(not is_spilled),
            SPILLED_REQUESTS: float(is_spilled),
        }

    def prepare(self) -> None:
        """Wait for a cold start where no container is free.

        Raises:
            NoAnswerError: the container did not start.
        """
        self._worker = self._workers.find()
        if self._worker is not None:
            return
        started = time.perf_counter()
        try:
            self._worker = self._workers.begin()
        except (JobError, ApiError) as error:
            raise NoAnswerError(getattr(error, "message", str(error))) from error
        finally:
            self._setup_seconds = time.perf_counter() - started

    def invoke(
        self, body: bytes, headers: Mapping[str, str | None], timeout_seconds: float
    ) -> Answer:
        """Return the container's answer.

        Raises:
            NoAnswerError: there is none, it takes too long, or it is too large.
        """
        assert self._worker is not None  # it is prepared
        answer = self._worker.instance.server.invoke(body, headers, timeout_seconds)
        if len(answer.body) > LARGEST_PAYLOAD_BYTES:
            raise NoAnswerError(
                f"the response of {len(answer.body)} bytes exceeds {LARGEST_PAYLOAD_BYTES}"
            )
        return answer

    def release(self) -> None:
        """Say that the request is answered."""
        if self._worker is not None:
            self._workers.put_back(self._worker)
        self._workers.answering.end()

    def answered(self, status: int, model_seconds: float, overhead_seconds: float) -> Values:
        """Return what the answered request counts for; a cold start is overhead, too."""
        values = values_of_any(Invocation(1, status, model_seconds, overhead_seconds))
        cold = {SETUP: self._setup_seconds * 1e6} if self._setup_seconds else {}
        return {**values, **cold}


def used(capacity: ServerlessCapacity, at_once: int) -> dict[Any, float]:
    """Return how much of a variant's concurrency so many requests use."""
    values = {USED: at_once / capacity.most_at_once}
    if capacity.provisioned:
        values |= {
            PROVISIONED_AT_ONCE: float(at_once),
            PROVISIONED_USED: at_once / capacity.provisioned,
        }
    return values
