"""Change how many instances an endpoint's variants have, and their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.errors import JobError, invalid
from embedded_aws.sagemaker.hosting.deployment import AnyCapacity, AnyVariant
from embedded_aws.sagemaker.hosting.endpoint import Endpoint, announce_endpoint
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import RegionStore


@dataclass(frozen=True)
class CapacityChange:
    """An accepted UpdateEndpointWeightsAndCapacities: the variants and what they had before."""

    endpoint: Endpoint
    before: Mapping[str, AnyCapacity]

    @classmethod
    def requested(cls, endpoint: Endpoint, wanted: Sequence[Mapping[str, Any]]) -> CapacityChange:
        """Set the desired capacities of an endpoint's variants.

        Raises:
            ApiError: a variant is unknown, or it would have no instance.
        """
        variants = endpoint.deployment.variants if endpoint.deployment else {}
        unknown = [item["VariantName"] for item in wanted if item["VariantName"] not in variants]
        if unknown:
            raise invalid(f"Endpoint {endpoint.name} has no variant {', '.join(unknown)}.")
        changes = {
            item["VariantName"]: variants[item["VariantName"]].wanted(item) for item in wanted
        }
        weights = {name: variant.desired.weight for name, variant in variants.items()}
        weights |= {name: capacity.weight for name, capacity in changes.items()}
        if not sum(weights.values()) > 0:
            raise invalid(f"Endpoint {endpoint.name}: at least one variant needs a weight above 0.")
        before = {name: variants[name].desired for name in changes}
        for name, capacity in changes.items():
            variants[name].desired = capacity
        return cls(endpoint, before)

    def carry_out(self, service: SageMaker, store: RegionStore) -> None:
        """Start and stop instances; after a failure the variants get back what they had.

        The endpoint is `Updating`, or `RollingBack`, until the instances are what they should be.
        """
        try:
            self._reach()
        except (JobError, ApiError, OSError, RuntimeError) as error:
            if service.closing.is_set():
                return
            reason = getattr(error, "message", str(error))
            service.say(f"endpoint {self.endpoint.name}: capacity change failed: {reason}")
            self._roll_back(service, store)
        with store.lock:
            self.endpoint.settle("InService")
        announce_endpoint(service, self.endpoint, store.region)
        service.say(f"endpoint {self.endpoint.name}: {self._in_words()}")

    def _reach(self) -> None:
        for variant in self._variants():
            variant.reach_desired()

    def _roll_back(self, service: SageMaker, store: RegionStore) -> None:
        with store.lock:
            self.endpoint.status = "RollingBack"
            for variant in self._variants():
                variant.desired = self.before[variant.name]
        announce_endpoint(service, self.endpoint, store.region)
        try:
            self._reach()
        except (JobError, ApiError, OSError, RuntimeError) as error:
            service.say(f"endpoint {self.endpoint.name}: rollback failed: {error}")

    def _variants(self) -> Sequence[AnyVariant]:
        assert self.endpoint.deployment is not None  # an endpoint in service has one
        return [self.endpoint.deployment.variants[name] for name in self.before]

    def _in_words(self) -> str:
        return ", ".join(variant.in_words() for variant in self._variants())
