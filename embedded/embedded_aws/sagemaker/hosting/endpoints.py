"""The operations on endpoints, and their updates from one configuration to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.sagemaker.errors import JobError, already_exists, invalid, not_found
from embedded_aws.sagemaker.hosting.deployment import Deployment, deploy
from embedded_aws.sagemaker.hosting.endpoint_configs import find_config
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, now, tags_of

ENDPOINT = "endpoint"


@dataclass
class Endpoint(Record):
    """An endpoint: the deployment that answers and, during an update, the next one."""

    config_name: str = ""
    deployment: Deployment | None = None
    pending: tuple[str, datetime] | None = None
    failure_reason: str | None = None

    def describe(self) -> dict[str, Any]:
        """Return DescribeEndpoint's answer."""
        answer: dict[str, Any] = {
            "EndpointName": self.name,
            "EndpointArn": self.arn,
            "EndpointConfigName": self.config_name,
            "EndpointStatus": self.status,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
        }
        if self.deployment is not None:
            variants = self.deployment.variants.values()
            answer["ProductionVariants"] = [variant.describe() for variant in variants]
        if self.failure_reason is not None:
            answer["FailureReason"] = self.failure_reason
        if self.pending is not None:
            name, start = self.pending
            answer["PendingDeploymentSummary"] = {"EndpointConfigName": name, "StartTime": start}
        return answer

    def settle(self, status: str) -> None:
        """Set a status in which the endpoint can be changed again."""
        self.status, self.pending, self.modified = status, None, now()


def find_endpoint(store: RegionStore, name: str) -> Endpoint:
    """Return an endpoint. Raises the API's error when there is none."""
    record = store.table(ENDPOINT).get(name)
    if record is None:
        raise not_found("endpoint", store.arn(ENDPOINT, name))
    return cast(Endpoint, record)


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
        endpoint = Endpoint(
            name=name,
            arn=store.arn(ENDPOINT, name),
            request=request,
            status="Creating",
            tags=tags_of(request),
            config_name=config.name,
        )
        with store.lock:
            if name in store.table(ENDPOINT):
                raise already_exists("endpoint", endpoint.arn)
            store.table(ENDPOINT)[name] = endpoint
        self._service.say(f"endpoint {name} is created from {config.name}")
        self._service.start(
            f"endpoint-{name}", lambda: self._move(store, endpoint, config, retain=None)
        )
        return {"EndpointArn": endpoint.arn}

    def _update(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        config = find_config(store, request["EndpointConfigName"])
        retain = None
        if request.get("RetainAllVariantProperties"):
            excluded = request.get("ExcludeRetainedVariantProperties") or ()
            retain = {item["VariantPropertyType"] for item in excluded}
        with store.lock:
            endpoint = self._find(call)
            _check_can_change(endpoint)
            endpoint.status, endpoint.pending = "Updating", (config.name, now())
            endpoint.modified = now()
        self._service.say(f"endpoint {endpoint.name} is updated to {config.name}")
        self._service.start(
            f"endpoint-{endpoint.name}", lambda: self._move(store, endpoint, config, retain=retain)
        )
        return {"EndpointArn": endpoint.arn}

    def _move(
        self, store: RegionStore, endpoint: Endpoint, config: Record, *, retain: set[str] | None
    ) -> None:
        """Start the new servers beside the old, switch, stop the old.

        Args:
            retain: variant properties (SageMaker's VariantPropertyType) *not* to keep from the
                old variants; None keeps none.
        """
        try:
            new = deploy(self._service, endpoint, store.region, config)
        except (JobError, ApiError) as error:
            self._roll_back(store, endpoint, getattr(error, "message", str(error)))
            return
        except Exception as error:  # noqa: BLE001 - a thread's last resort: it must settle
            self._roll_back(store, endpoint, f"{type(error).__name__}: {error}")
            return
        with store.lock:
            old = endpoint.deployment
            _retain_properties(old, new, retain)
            endpoint.deployment, endpoint.config_name = new, config.name
            endpoint.settle("InService")
        self._service.say(f"endpoint {endpoint.name} is in service with {config.name}")
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

    def _update_weights(self, call: ApiCall) -> dict[str, Any]:
        store = self._service.region(call.region)
        with store.lock:
            endpoint = self._find(call)
            _check_can_change(endpoint)
            variants = endpoint.deployment.variants if endpoint.deployment else {}
            changes = call.params["DesiredWeightsAndCapacities"]
            unknown = [
                item["VariantName"] for item in changes if item["VariantName"] not in variants
            ]
            if unknown:
                raise invalid(f"Endpoint {endpoint.name} has no variant {', '.join(unknown)}.")
            for change in changes:
                variant = variants[change["VariantName"]]
                variant.weight = change.get("DesiredWeight", variant.weight)
                variant.instance_count = change.get("DesiredInstanceCount", variant.instance_count)
            endpoint.settle("InService")
        return {"EndpointArn": endpoint.arn}

    def _delete(self, call: ApiCall) -> None:
        store = self._service.region(call.region)
        with store.lock:
            endpoint = self._find(call)
            if endpoint.status in {"Creating", "Updating"}:
                raise invalid(f'Cannot update in-progress endpoint "{endpoint.arn}".')
            endpoint.status = "Deleting"
            deployment, endpoint.deployment = endpoint.deployment, None
            del store.table(ENDPOINT)[endpoint.name]
        if deployment is not None:
            deployment.stop()
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


def _check_can_change(endpoint: Endpoint) -> None:
    if endpoint.status != "InService":
        raise invalid(
            f'Cannot update endpoint "{endpoint.arn}" in status {endpoint.status}; '
            "it must be InService."
        )


def _retain_properties(old: Deployment | None, new: Deployment, excluded: set[str] | None) -> None:
    if old is None or excluded is None:
        return
    for name, variant in new.variants.items():
        before = old.variants.get(name)
        if before is not None and "DesiredInstanceCount" not in excluded:
            variant.instance_count = before.instance_count
        if before is not None and "DesiredWeight" not in excluded:
            variant.weight = before.weight
