"""Start and stop the copies of inference components."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.hosting.components.component import (
    LOG_GROUPS,
    Copy,
    InferenceComponent,
)
from embedded_aws.sagemaker.hosting.components.host_variant import HostVariant
from embedded_aws.sagemaker.hosting.components.instance_room import InstanceRoom, Room
from embedded_aws.sagemaker.hosting.endpoint import find_endpoint
from embedded_aws.sagemaker.hosting.endpoint_configs import find_config
from embedded_aws.sagemaker.hosting.instance import start_instance
from embedded_aws.sagemaker.hosting.variant import LONGEST_DRAIN_SECONDS
from embedded_aws.sagemaker.registry.model_records import resolve_model
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import RegionStore


class Copies:
    """Gives components the copies that they are to have."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def reach(self, store: RegionStore, component: InferenceComponent) -> None:
        """Start and stop copies until all are of its specification, and as many as desired.

        New copies of another specification serve once all are healthy; those before them answer
        their last requests.

        Raises:
            JobError: a new copy is unhealthy or has no room; those before it go on.
        """
        wanted = component.specification
        current = [each for each in component.copies if each.specification == wanted]
        missing = component.desired - len(current)
        started = self._start(store, component, max(0, missing))
        with store.lock:
            kept = [*current, *started][: component.desired]
            removed = [each for each in (*component.copies, *started) if each not in kept]
            component.copies = tuple(kept)
        self._stop(store, component, removed)

    def stop_all(self, store: RegionStore, component: InferenceComponent) -> None:
        """End all copies, each after its last pending answer."""
        with store.lock:
            removed, component.copies = component.copies, ()
        self._stop(store, component, removed)

    def change(self, store: RegionStore, component: InferenceComponent) -> None:
        """Reach what is desired in the background, and settle the component's status."""

        def work() -> None:
            status, reason = "InService", None
            try:
                self.reach(store, component)
            except (JobError, ApiError, OSError, RuntimeError) as error:
                if self._service.closing.is_set():
                    return
                status, reason = "Failed", getattr(error, "message", str(error))
            with store.lock:
                component.settle(status, reason)
            said = f"is {status} with {len(component.copies)} copies"
            self._service.say(f"inference component {component.name} {said}: {reason or 'done'}")

        self.run(component, work)

    def run(self, component: InferenceComponent, work: Callable[[], None]) -> None:
        """Do work on a component in the background."""
        self._service.start(f"component-{component.name}", work)

    def _start(
        self, store: RegionStore, component: InferenceComponent, count: int
    ) -> Sequence[Copy]:
        started: list[Copy] = []
        try:
            for _ in range(count):
                started.append(self._start_one(store, component))
        except BaseException:
            self._stop(store, component, started)
            raise
        return started

    def _start_one(self, store: RegionStore, component: InferenceComponent) -> Copy:
        specification, copy_id = dict(component.specification), uuid.uuid4().hex
        model = resolve_model(store, specification["ModelName"])
        config = find_config(store, find_endpoint(store, component.endpoint_name).config_name)
        if config.request.get("EnableNetworkIsolation"):
            model = model.as_isolated()
        self._room(store, component).reserve(copy_id, Room.reserved_by(specification))
        try:
            instance = start_instance(
                self._service,
                component,
                store.region,
                _as_variant(component, specification),
                model,
                log_groups=LOG_GROUPS,
            )
        except BaseException:
            self._room(store, component).release(copy_id)
            raise
        return Copy(copy_id, instance, specification)

    def _stop(
        self, store: RegionStore, component: InferenceComponent, copies: Sequence[Copy]
    ) -> None:
        def stop(copy: Copy) -> None:
            copy.instance.stop(LONGEST_DRAIN_SECONDS)
            self._room(store, component).release(copy.id)

        stops = [threading.Thread(target=stop, args=(copy,)) for copy in copies]
        for each in stops:
            each.start()
        for each in stops:
            each.join()

    def _room(self, store: RegionStore, component: InferenceComponent) -> InstanceRoom:
        """Return where its copies are now: an update of the endpoint brings other instances."""
        endpoint = find_endpoint(store, component.endpoint_name)
        variants = {} if endpoint.deployment is None else endpoint.deployment.variants
        host = variants.get(component.variant_name)
        if not isinstance(host, HostVariant):
            raise JobError(f"Endpoint {endpoint.name} has no instances for inference components.")
        return host.room


def _as_variant(component: InferenceComponent, specification: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a ProductionVariant a copy's start follows."""
    return {"VariantName": component.variant_name, **specification.get("StartupParameters", {})}
