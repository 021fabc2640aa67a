"""The operations on endpoints, and their updates from one configuration to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.sagemaker.errors import JobError, already_exists, invalid
from embedded_aws.sagemaker.hosting.capacity_change import CapacityChange
from embedded_aws.sagemaker.hosting.components.component import (
    check_components_stay,
    components_of,
)
from embedded_aws.sagemaker.hosting.components.host_variant import HostVariant, is_host
from embedded_aws.sagemaker.hosting.deployment import (
    AnyCapacity,
    Deployment,
    deploy,
    keep_components,
)
from embedded_aws.sagemaker.hosting.endpoint import (
    ENDPOINT,
    Endpoint,
    announce_endpoint,
    check_can_change,
    find_endpoint,
)
from embedded_aws.sagemaker.hosting.endpoint_configs import find_config
from embedded_aws.sagemaker.hosting.instance_pools import (
    Types,
    require_capacity,
    types_with_capacity,
)
from embedded_aws.sagemaker.hosting.scaled_variants import check_scaled_variants
from embedded_aws.sagemaker.hosting.serverless.settings import is_serverless
from embedded_aws.sagemaker.hosting.serverless.variant import ServerlessVariant
from embedded_aws.sagemaker.hosting.updates.policy import check_can_move_in_steps, read_policy
from embedded_aws.sagemaker.hosting.updates.rollout import Rollout
from embedded_aws.sagemaker.hosting.variant import Variant
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, now, tags_of

_DELETION_DRAIN_SECONDS = 60.0  # as long as a caller of InvokeEndpoint waits


class Endpoints:
    """The operations on endpoints."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateEndpoint": self._create,
            "DescribeEndpoint": lambda call: self._find(call).describe(),
            "ListEndpoints": self._list,
            "UpdateEndpoint": self._update,
            "UpdateEndpointWeightsAndCapacities": self._update_weights,
            "DeleteEndpoint": self._delete,
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name = request["EndpointName"]
        config = find_config(store, request["EndpointConfigName"])
        # Nothing is moved yet; on AWS, later updates may retain it.
        read_policy(request.get("DeploymentConfig"))
        endpoint = Endpoint(
            name=name,
            arn=store.arn(ENDPOINT, name),
            request=request,
            status="Creating",
            tags=tags_of(request),
            config_name=config.name,
            deployment_config=request.get("DeploymentConfig"),
        )
        with store.lock:
            if name in store.table(ENDPOINT):
                raise already_exists("endpoint", endpoint.arn)
            store.table(ENDPOINT)[name] = endpoint
        types = types_with_capacity(self._service, call.operation, request, config)
        self._service.say(f"endpoint {name} is created from {config.name}")
        announce_endpoint(self._service, endpoint, store.region)
        self._service.start(
            f"endpoint-{name}", lambda: self._move(store, endpoint, config, types, retained={})
        )
        return {"EndpointArn": endpoint.arn}

    def _update(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        config = find_config(store, request["EndpointConfigName"])
        policy = read_policy(request.get("DeploymentConfig"))
        check_scaled_variants(self._service, call.region, self._find(call), config)
        with store.lock:
            endpoint = self._find(call)
            check_can_change(endpoint)
            _check_mode(endpoint, config)
            if not policy.is_plain:
                check_can_move_in_steps(find_config(store, endpoint.config_name), config)
            variants = {each["VariantName"] for each in config.request["ProductionVariants"]}
            check_components_stay(store, endpoint.name, variants)
            retained = _retained(endpoint, config, request)
            types = types_with_capacity(self._service, call.operation, request, config)
            rollout = None
            if not policy.is_plain:
                rollout = Rollout(self._service, store, endpoint, config, types, policy, retained)
            endpoint.status, endpoint.pending = "Updating", (config.name, now())
            endpoint.modified, endpoint.failure_reason = now(), None
            endpoint.deployment_config = request.get("DeploymentConfig")
        self._service.say(f"endpoint {endpoint.name} is updated to {config.name}")
        announce_endpoint(self._service, endpoint, store.region)
        self._service.start(
            f"endpoint-{endpoint.name}",
            rollout.carry_out
            if rollout is not None
            else lambda: self._move(store, endpoint, config, types, retained=retained),
        )
        return {"EndpointArn": endpoint.arn}

    def _move(
        self,
        store: RegionStore,
        endpoint: Endpoint,
        config: Record,
        types: Types,
        *,
        retained: Mapping[str, AnyCapacity],
    ) -> None:
        """Start the new instances beside the old, switch, stop the old.

        Args:
            types: the instance type of each variant.
            retained: what variants keep instead of the configuration's capacity.
        """
        try:
            require_capacity(types)
            new = deploy(self._service, endpoint, store.region, config, retained, types)
            keep_components(endpoint.deployment, new)
        except (JobError, ApiError) as error:
            self._roll_back(store, endpoint, getattr(error, "message", str(error)))
            return
        except Exception as error:  # noqa: BLE001 - a thread's last resort: it must settle
            self._roll_back(store, endpoint, f"{type(error).__name__}: {error}")
            return
        with store.lock:
            old = endpoint.deployment
            endpoint.deployment, endpoint.config_name = new, config.name
            endpoint.settle("InService")
        self._service.say(f"endpoint {endpoint.name} is in service with {config.name}")
        announce_endpoint(self._service, endpoint, store.region)
        if old is not None:
            old.stop()

    def _roll_back(self, store: RegionStore, endpoint: Endpoint, reason: str) -> None:
        """Return to InService with the old configuration after a failed update.

        As on AWS, the endpoint's description does not mention it.
        """
        if self._service.closing.is_set():
            return
        with store.lock:
            if endpoint.deployment is None:
                endpoint.failure_reason = reason
                endpoint.settle("Failed")
            else:
                endpoint.settle("InService")
        self._service.say(f"endpoint {endpoint.name}: deployment failed: {reason}")
        announce_endpoint(self._service, endpoint, store.region)

    def _update_weights(self, call: ApiCall) -> dict[str, Any]:
        store = self._service.region(call.region)
        with store.lock:
            endpoint = self._find(call)
            check_can_change(endpoint)
            wanted = call.params["DesiredWeightsAndCapacities"]
            change = CapacityChange.requested(endpoint, wanted)
            endpoint.status, endpoint.modified = "Updating", now()
        announce_endpoint(self._service, endpoint, store.region)
        self._service.start(
            f"endpoint-{endpoint.name}", lambda: change.carry_out(self._service, store)
        )
        return {"EndpointArn": endpoint.arn}

    def _delete(self, call: ApiCall) -> None:
        store = self._service.region(call.region)
        with store.lock:
            endpoint = self._find(call)
            if endpoint.status in {"Creating", "Updating", "RollingBack"}:
                raise invalid(f'Cannot update in-progress endpoint "{endpoint.arn}".')
            if hosted := [each.name for each in components_of(store, endpoint.name)]:
                raise invalid(
                    f'Cannot delete endpoint "{endpoint.arn}": it hosts the inference components '
                    f"{', '.join(hosted)}. Delete them first."
                )
            endpoint.status = "Deleting"
            announce_endpoint(self._service, endpoint, store.region)
            deployment, endpoint.deployment = endpoint.deployment, None
            del store.table(ENDPOINT)[endpoint.name]
        if deployment is not None:
            deployment.stop(_DELETION_DRAIN_SECONDS)
        self._service.say(f"endpoint {endpoint.name} is deleted")

    def _list(self, call: ApiCall) -> dict[str, Any]:
        return list_page(
            call,
            self._service.region(call.region).table(ENDPOINT).values(),
            "Endpoints",
            lambda endpoint: {
                "EndpointName": endpoint.name,
                "EndpointArn": endpoint.arn,
                "CreationTime": endpoint.created,
                "LastModifiedTime": endpoint.modified,
                "EndpointStatus": endpoint.status,
            },
        )

    def _find(self, call: ApiCall) -> Endpoint:
        return find_endpoint(self._service.region(call.region), call.params["EndpointName"])


def _check_mode(endpoint: Endpoint, config: Record) -> None:
    """Refuse an update that changes how callers reach the endpoint."""
    assert endpoint.deployment is not None  # an endpoint in service has one
    was, will_be = endpoint.deployment.asynchronous, config.request.get("AsyncInferenceConfig")
    if (was is None) != (will_be is None):
        raise invalid(
            f'Endpoint "{endpoint.arn}" cannot change between real-time and asynchronous '
            "inference; delete it and create it again."
        )
    hosts = any(isinstance(each, HostVariant) for each in endpoint.deployment.variants.values())
    if hosts != any(map(is_host, config.request["ProductionVariants"])):
        raise invalid(
            f'Endpoint "{endpoint.arn}" cannot change between models of its own and inference '
            "components; delete it and create it again."
        )
    becomes_serverless = any(map(is_serverless, config.request["ProductionVariants"]))
    if becomes_serverless and not _is_serverless(endpoint.deployment):
        raise invalid(
            f'Endpoint "{endpoint.arn}" is on instances and cannot become serverless; delete it '
            "and create it again."
        )


def _is_serverless(deployment: Deployment) -> bool:
    return any(isinstance(each, ServerlessVariant) for each in deployment.variants.values())


def _retained(
    endpoint: Endpoint, config: Record, request: Mapping[str, Any]
) -> dict[str, AnyCapacity]:
    """Return what variants of the same name keep over an update.

    They keep the desired capacity, not the current one (SageMaker guide, "Update endpoints that
    use auto scaling"), except for what ExcludeRetainedVariantProperties names.
    """
    if not request.get("RetainAllVariantProperties") or endpoint.deployment is None:
        return {}
    excluded = {
        item["VariantPropertyType"]
        for item in request.get("ExcludeRetainedVariantProperties") or ()
    }
    found: dict[str, AnyCapacity] = {}
    for variant in config.request["ProductionVariants"]:
        before = endpoint.deployment.variants.get(variant["VariantName"])
        # A serverless variant has neither a number of instances nor a share of the traffic.
        if isinstance(before, Variant):
            found[before.name] = before.retained(variant, excluded)
    return found
