"""A production variant: the instances that serve one model, and the choice between them."""

from __future__ import annotations

import random
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from embedded_aws.sagemaker.container.answer import Answer
from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.hosting.instance import Instance, start_instance
from embedded_aws.sagemaker.hosting.instance_pools import types_of
from embedded_aws.sagemaker.hosting.invocation_metrics import (
    CONCURRENT,
    PER_INSTANCE,
    Invocation,
    Values,
    values_of_instance,
)
from embedded_aws.sagemaker.hosting.single_precision import single_precision
from embedded_aws.sagemaker.registry.model_records import resolve_model
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, now

# SageMaker's default, and the strategies that are supported (ProductionVariantRoutingConfig).
RANDOM, LEAST_OUTSTANDING = "RANDOM", "LEAST_OUTSTANDING_REQUESTS"
LONGEST_DRAIN_SECONDS = 3600.0  # no invocation takes longer, of an asynchronous endpoint neither
_STARTED_AT_ONCE = 4  # a start keeps a core busy for seconds


@dataclass(frozen=True)
class Capacity:
    """A variant's properties that outlive its configuration: instances and weight."""

    instance_count: int
    weight: float


class TakenInstance:
    """The instance that answers a request."""

    def __init__(self, variant: Variant, instance: Instance) -> None:
        self._variant, self._instance = variant, instance

    def received(self) -> Values:
        """Return what the request counts for as soon as it is there."""
        return {CONCURRENT: float(self._variant.in_flight)}

    def prepare(self) -> None:
        """Return at once: an instance is there."""

    def invoke(
        self, body: bytes, headers: Mapping[str, str | None], timeout_seconds: float
    ) -> Answer:
        """Return the container's answer; raises NoAnswerError."""
        return self._instance.server.invoke(body, headers, timeout_seconds)

    def release(self) -> None:
        """Say that the request is answered."""
        self._instance.in_flight.end()

    def answered(self, status: int, model_seconds: float, overhead_seconds: float) -> Values:
        """Return what the answered request counts for."""
        count = len(self._variant.instances)
        return values_of_instance(Invocation(count, status, model_seconds, overhead_seconds))


class Variant:
    """The instances of one production variant.

    Args:
        request: the ProductionVariant of the endpoint configuration.
        instance_type: the one of its types that it runs on.
        capacity: what to start with; the configuration's where there is nothing to retain.
        fewest_instances: how few it may be given; only a queue can wait for the first one.

    Attributes:
        desired: the capacity last asked for; it differs from the current one during a change.
        instance_types: those that it may run on, the first choice first.
        model: what its instances serve.
        weight: the current share of the traffic.
    """

    largest_payload_bytes = 6 << 20

    def __init__(
        self,
        service: SageMaker,
        endpoint: Record,
        region: str,
        request: dict[str, Any],
        instance_type: str,
        capacity: Capacity | None = None,
        *,
        fewest_instances: int = 1,
    ) -> None:
        self.fewest_instances = fewest_instances
        self.name: str = request["VariantName"]
        self.instance_types = types_of(request)
        self._instance_type = instance_type
        self.desired = capacity or Capacity(
            request["InitialInstanceCount"], request["InitialVariantWeight"]
        )
        self.weight = self.desired.weight
        self._service, self._endpoint, self._region = service, endpoint, region
        self._request = request
        self.model = resolve_model(service.region(region), request["ModelName"])
        self._instances: tuple[Instance, ...] = ()
        self._lock = threading.Lock()
        self._changing_since: datetime | None = None

    @property
    def instances(self) -> Sequence[Instance]:
        """Return the instances that serve."""
        return self._instances

    @property
    def role_arn(self) -> str:
        """Return the role of its model."""
        return self.model.role_arn

    @property
    def in_flight(self) -> int:
        """Return how many requests its instances have not yet answered."""
        return sum(instance.in_flight.count for instance in self._instances)

    def describe(self) -> dict[str, Any]:
        """Return the variant's ProductionVariantSummary."""
        summary: dict[str, Any] = {
            "VariantName": self.name,
            "DeployedImages": self.model.images,
            "CurrentWeight": single_precision(self.weight),
            "DesiredWeight": single_precision(self.desired.weight),
            "CurrentInstanceCount": len(self._instances),
            "DesiredInstanceCount": self.desired.instance_count,
        }
        if "InstancePools" in self._request:
            summary["InstancePools"] = [
                {
                    "InstanceType": name,
                    "CurrentInstanceCount": (
                        len(self._instances) if name == self._instance_type else 0
                    ),
                }
                for name in self.instance_types
            ]
        if "RoutingConfig" in self._request:
            summary["RoutingConfig"] = self._request["RoutingConfig"]
        if (since := self._changing_since) is not None:
            summary["VariantStatus"] = [{"Status": "Updating", "StartTime": since}]
        return summary

    def take_instance(self) -> Instance:
        """Return the instance that answers the next request, which counts as in flight.

        One whose server is being restarted answers only where no other one can.
        """
        with self._lock:
            healthy = [instance for instance in self._instances if instance.server.healthy]
            candidates = healthy or list(self._instances)
            random.shuffle(candidates)  # no secret
            if self._strategy == LEAST_OUTSTANDING:
                candidates.sort(key=lambda instance: instance.in_flight.count)
            chosen = candidates[0]
            chosen.in_flight.begin()
            return chosen

    def take_free_instance(self, limit: int) -> Instance | None:
        """Return the least busy healthy instance, if it answers fewer requests than `limit`.

        The request that it is taken for counts as in flight.
        """
        with self._lock:
            healthy = [instance for instance in self._instances if instance.server.healthy]
            chosen = min(healthy, key=lambda instance: instance.in_flight.count, default=None)
            if chosen is None or chosen.in_flight.count >= limit:
                return None
            chosen.in_flight.begin()
            return chosen

    def take(self) -> TakenInstance:
        """Return what answers the next request, which counts as in flight."""
        return TakenInstance(self, self.take_instance())

    def observed(self, *, new_minute: bool) -> Values:
        """Return what is measured every 10 seconds, and what is besides in each new minute."""
        # "If a model's traffic becomes zero, SageMaker emits metrics with a value of zero" (guide,
        # "Auto scaling policy overview"): else it would never be scaled in.
        return {CONCURRENT: float(self.in_flight), **({PER_INSTANCE: 0.0} if new_minute else {})}

    def wanted(self, change: Mapping[str, Any]) -> Capacity:
        """Return the capacity that a DesiredWeightAndCapacity asks for.

        Raises:
            ApiError: the variant cannot have it.
        """
        if "ServerlessUpdateConfig" in change:
            raise invalid(
                f"Variant {self.name} is not serverless; leave ServerlessUpdateConfig out."
            )
        count = change.get("DesiredInstanceCount", self.desired.instance_count)
        if count < self.fewest_instances:
            # "Scale an endpoint to zero instances" (SageMaker guide) needs inference components,
            # which are not supported, or an asynchronous endpoint.
            raise invalid(
                f"Variant {self.name} is of a real-time endpoint, which needs at least 1 instance; "
                f"DesiredInstanceCount is {count}."
            )
        return Capacity(count, change.get("DesiredWeight", self.desired.weight))

    def retained(self, request: Mapping[str, Any], excluded: Collection[str]) -> Capacity:
        """Return what a variant of this name keeps over an update that retains properties.

        Args:
            request: the new configuration's ProductionVariant.
            excluded: the properties that are not retained.
        """
        keeps_count = "DesiredInstanceCount" not in excluded
        keeps_weight = "DesiredWeight" not in excluded
        return Capacity(
            self.desired.instance_count if keeps_count else request["InitialInstanceCount"],
            self.desired.weight if keeps_weight else request["InitialVariantWeight"],
        )

    @property
    def saved(self) -> Capacity:
        """Return the capacity that outlives this process."""
        return Capacity(self.desired.instance_count, self.weight)

    def in_words(self) -> str:
        """Return what the variant has now."""
        return f"{self.name} has {len(self.instances)} instances"

    def reach_desired(self) -> None:
        """Start or stop instances until the variant has the capacity last asked for.

        A new instance serves as soon as it is healthy; a removed one answers its last requests.

        Raises:
            JobError: a new instance is unhealthy; the others of this call serve all the same.
        """
        capacity, self._changing_since = self.desired, now()
        try:
            missing = capacity.instance_count - len(self._instances)
            if missing > 0:
                self._start(missing)
            elif missing < 0:
                self._remove(-missing)
            self.weight = capacity.weight
        finally:
            self._changing_since = None

    def stop(self, drain_seconds: float = LONGEST_DRAIN_SECONDS) -> None:
        """End all servers, each after its last pending answer or after so many seconds."""
        self._remove(len(self._instances), drain_seconds)

    @property
    def _strategy(self) -> str:
        strategy: str = (self._request.get("RoutingConfig") or {}).get("RoutingStrategy", RANDOM)
        return strategy

    def _start(self, count: int) -> None:
        with ThreadPoolExecutor(min(count, _STARTED_AT_ONCE)) as pool:
            starts = [pool.submit(self._start_one) for _ in range(count)]
        for start in starts:
            start.result()

    def _start_one(self) -> None:
        instance = start_instance(
            self._service, self._endpoint, self._region, self._request, self.model
        )
        with self._lock:
            self._instances += (instance,)

    def _remove(self, count: int, drain_seconds: float = LONGEST_DRAIN_SECONDS) -> None:
        with self._lock:
            kept = len(self._instances) - count
            removed, self._instances = self._instances[kept:], self._instances[:kept]
        stops = [
            threading.Thread(target=instance.stop, args=(drain_seconds,)) for instance in removed
        ]
        for stop in stops:
            stop.start()
        for stop in stops:
            stop.join()
