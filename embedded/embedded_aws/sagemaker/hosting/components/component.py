"""The record of an inference component, and the copies that answer for it."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.container.answer import Answer
from embedded_aws.sagemaker.errors import invalid, not_found
from embedded_aws.sagemaker.hosting.components.component_metrics import (
    CONCURRENT_PER_COPY,
    PER_COPY,
    values_of_copy,
)
from embedded_aws.sagemaker.hosting.instance import Instance
from embedded_aws.sagemaker.hosting.invocation_metrics import Invocation, Values
from embedded_aws.sagemaker.registry.model_records import resolve_model
from embedded_aws.sagemaker.state import Record, RegionStore, now

COMPONENT = "inference-component"
LOG_GROUPS = "/aws/sagemaker/InferenceComponents"
CHANGING = ("Creating", "Updating", "Deleting")


@dataclass(frozen=True)
class Copy:
    """A server of a component's model, and what it was started with. `id` names its room."""

    id: str
    instance: Instance
    specification: Mapping[str, Any]


@dataclass
class InferenceComponent(Record):
    """A component: what it runs, how many copies it is to have, and those that answer."""

    endpoint_name: str = ""
    endpoint_arn: str = ""
    variant_name: str = ""
    specification: dict[str, Any] = field(default_factory=dict)
    desired: int = 0
    copies: tuple[Copy, ...] = ()
    failure_reason: str | None = None
    was_asked: bool = False

    def describe(self, store: RegionStore) -> dict[str, Any]:
        """Return DescribeInferenceComponent's answer."""
        answer = {
            **self.summary(),
            "Specification": {**self.specification, **self._container(store)},
            "RuntimeConfig": {
                "DesiredCopyCount": self.desired,
                "CurrentCopyCount": len(self.copies),
            },
        }
        reason = self.failure_reason
        return answer if reason is None else {**answer, "FailureReason": reason}

    def _container(self, store: RegionStore) -> dict[str, Any]:
        try:
            [deployed] = resolve_model(store, self.specification["ModelName"]).images
        except ApiError:  # deleted since; the copies go on
            return {}
        return {"Container": {"DeployedImage": deployed}}

    def summary(self) -> dict[str, Any]:
        """Return its InferenceComponentSummary."""
        return {
            "InferenceComponentName": self.name,
            "InferenceComponentArn": self.arn,
            "EndpointName": self.endpoint_name,
            "EndpointArn": self.endpoint_arn,
            "VariantName": self.variant_name,
            "InferenceComponentStatus": self.status,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
        }

    def settle(self, status: str, reason: str | None = None) -> None:
        """Set a status in which the component can be changed again."""
        self.status, self.failure_reason, self.modified = status, reason, now()

    @property
    def in_flight(self) -> int:
        """Return how many requests its copies have not yet answered."""
        return sum(copy.instance.in_flight.count for copy in self.copies)

    def observed(self, *, new_minute: bool) -> Values:
        """Return what is measured every 10 seconds, and what is besides in each new minute."""
        copies = len(self.copies)
        # "If a model's traffic becomes zero, SageMaker emits metrics with a value of zero" (guide,
        # "Auto scaling policy overview"): not before there was some.
        if not copies or not self.was_asked:
            return {}
        concurrent = {CONCURRENT_PER_COPY: self.in_flight / copies}
        return {**concurrent, PER_COPY: 0.0} if new_minute else concurrent

    def take(self) -> TakenCopy | None:
        """Return the copy that answers the next request; None where there is none.

        Hold the store's lock: the request counts as in flight from then on.
        """
        self.was_asked = True
        healthy = [each for each in self.copies if each.instance.server.healthy]
        candidates = healthy or list(self.copies)
        if not candidates:
            return None
        random.shuffle(candidates)  # no secret
        # SageMaker's default of a variant is at random; fewer in flight is as good an answer.
        chosen = min(candidates, key=lambda each: each.instance.in_flight.count)
        chosen.instance.in_flight.begin()
        return TakenCopy(self, chosen.instance)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is saved: all but the running servers."""
        return self.__dict__ | {"copies": ()}


class TakenCopy:
    """The copy that answers a request."""

    def __init__(self, component: InferenceComponent, instance: Instance) -> None:
        self._component, self._instance = component, instance

    def received(self) -> Values:
        """Return what the request counts for as soon as it is there."""
        component = self._component
        return {CONCURRENT_PER_COPY: component.in_flight / max(1, len(component.copies))}

    def prepare(self) -> None:
        """Return at once: a copy is there."""

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
        count = len(self._component.copies)
        return values_of_copy(Invocation(count, status, model_seconds, overhead_seconds))


def find_component(store: RegionStore, name: str) -> InferenceComponent:
    """Return a component. Raises the API's error when there is none."""
    record = store.table(COMPONENT).get(name)
    if record is None:
        raise not_found("inference component", store.arn(COMPONENT, name))
    return cast(InferenceComponent, record)


def find_invoked_component(store: RegionStore, endpoint: str, name: str) -> InferenceComponent:
    """Return the component that a request is for. Raises ApiError where the endpoint has none."""
    record = store.table(COMPONENT).get(name)
    if not isinstance(record, InferenceComponent) or record.endpoint_name != endpoint:
        raise ApiError("ValidationError", f"Inference Component {name} not found for Request")
    return record


def components_of(store: RegionStore, endpoint: str) -> list[InferenceComponent]:
    """Return the components that an endpoint hosts."""
    return [
        record
        for record in list(store.table(COMPONENT).values())
        if isinstance(record, InferenceComponent) and record.endpoint_name == endpoint
    ]


def check_components_stay(store: RegionStore, endpoint: str, variants: Collection[str]) -> None:
    """Raise the API's error where an endpoint cannot change to these variants for its components.

    AWS does not say what becomes of components whose variant goes, so that it has to stay.
    """
    for component in components_of(store, endpoint):
        if component.status in CHANGING:
            raise invalid(
                f'Cannot update endpoint "{component.endpoint_arn}" while its inference component '
                f"{component.name} is {component.status}."
            )
        if component.variant_name not in variants:
            raise invalid(
                f'Cannot update endpoint "{component.endpoint_arn}": the configuration has no '
                f"variant {component.variant_name}, which hosts the inference component "
                f"{component.name}."
            )
