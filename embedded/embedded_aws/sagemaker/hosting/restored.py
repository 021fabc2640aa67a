"""Start the model servers of restored endpoints again."""

from __future__ import annotations

from collections.abc import Callable

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.hosting.components.component import components_of
from embedded_aws.sagemaker.hosting.components.copies import Copies
from embedded_aws.sagemaker.hosting.deployment import deploy
from embedded_aws.sagemaker.hosting.endpoint import ENDPOINT, Endpoint
from embedded_aws.sagemaker.hosting.endpoint_configs import find_config
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import RegionStore


def serve_again(service: SageMaker, then: Callable[[], None]) -> None:
    """Start the servers of every endpoint that was in service; each is Updating until it is.

    Args:
        then: called when one of them answers again.
    """
    for store in service.regions():
        for record in list(store.table(ENDPOINT).values()):
            if isinstance(record, Endpoint) and record.saved_capacities is not None:
                _serve(service, store, record, then)


def _serve(
    service: SageMaker, store: RegionStore, endpoint: Endpoint, then: Callable[[], None]
) -> None:
    endpoint.status, modified = "Updating", endpoint.modified

    def work() -> None:
        try:
            config = find_config(store, endpoint.config_name)
            saved = endpoint.saved_capacities or {}
            deployment = deploy(service, endpoint, store.region, config, saved)
        except (JobError, ApiError, OSError) as error:
            if service.closing.is_set():
                return
            with store.lock:
                endpoint.failure_reason = getattr(error, "message", str(error))
                endpoint.settle("Failed")
            service.say(f"endpoint {endpoint.name} is not back: {endpoint.failure_reason}")
            return
        with store.lock:
            endpoint.deployment, endpoint.saved_capacities = deployment, None
            endpoint.settle("InService")
            endpoint.modified = modified  # nothing was changed
        service.say(f"endpoint {endpoint.name} is in service again")
        for component in components_of(store, endpoint.name):
            component.status = "Updating"
            Copies(service).change(store, component)
        then()

    service.start(f"endpoint-{endpoint.name}", work)
