"""The operations on inference components."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.errors import already_exists, invalid, unsupported
from embedded_aws.sagemaker.hosting.components.component import (
    CHANGING,
    COMPONENT,
    InferenceComponent,
    find_component,
)
from embedded_aws.sagemaker.hosting.components.copies import Copies
from embedded_aws.sagemaker.hosting.components.host_variant import HostVariant
from embedded_aws.sagemaker.hosting.endpoint import Endpoint, check_can_change, find_endpoint
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.registry.model_records import is_pipeline
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import RegionStore, now, tags_of


class InferenceComponents:
    """The operations on inference components."""

    def __init__(self, service: SageMaker, copies: Copies) -> None:
        self._service = service
        self._copies = copies

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateInferenceComponent": self._create,
            "DescribeInferenceComponent": self._describe,
            "ListInferenceComponents": self._list,
            "UpdateInferenceComponent": self._update,
            "UpdateInferenceComponentRuntimeConfig": self._update_copies,
            "DeleteInferenceComponent": self._delete,
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name = request["InferenceComponentName"]
        specification = _specification(request, store)
        copies = (request.get("RuntimeConfig") or {}).get("CopyCount")
        if copies is None:
            raise invalid("RuntimeConfig.CopyCount is required to create an inference component.")
        with store.lock:
            endpoint = find_endpoint(store, request["EndpointName"])
            variant = _host(endpoint, request.get("VariantName"))
            arn = store.arn(COMPONENT, name)
            if name in store.table(COMPONENT):
                raise already_exists("inference component", arn)
            component = InferenceComponent(
                name=name,
                arn=arn,
                request=request,
                status="Creating",
                tags=tags_of(request),
                endpoint_name=endpoint.name,
                endpoint_arn=endpoint.arn,
                variant_name=variant,
                specification=specification,
                desired=copies,
            )
            store.table(COMPONENT)[name] = component
        self._service.say(f"inference component {name} is created on {endpoint.name}")
        self._copies.change(store, component)
        return {"InferenceComponentArn": arn}

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        store = self._service.region(call.region)
        return find_component(store, call.params["InferenceComponentName"]).describe(store)

    def _list(self, call: ApiCall) -> dict[str, Any]:
        wanted = {
            "EndpointName": call.params.get("EndpointNameEquals"),
            "VariantName": call.params.get("VariantNameEquals"),
        }
        found = [
            record
            for record in self._service.region(call.region).table(COMPONENT).values()
            if isinstance(record, InferenceComponent)
            and all(value in (None, record.summary()[name]) for name, value in wanted.items())
        ]
        return list_page(call, found, "InferenceComponents", InferenceComponent.summary)

    def _update(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        asked = request.get("Specification")
        specification = None if asked is None else _specification(request, store)
        copies = (request.get("RuntimeConfig") or {}).get("CopyCount")
        return self._change(call, specification, copies)

    def _update_copies(self, call: ApiCall) -> dict[str, Any]:
        return self._change(call, None, call.params["DesiredRuntimeConfig"]["CopyCount"])

    def _change(
        self, call: ApiCall, specification: dict[str, Any] | None, copies: int | None
    ) -> dict[str, Any]:
        store = self._service.region(call.region)
        with store.lock:
            component = find_component(store, call.params["InferenceComponentName"])
            if component.status in CHANGING:
                raise invalid(
                    f'Cannot update inference component "{component.arn}" in status '
                    f"{component.status}."
                )
            _host(find_endpoint(store, component.endpoint_name), component.variant_name)
            if specification is not None:
                component.specification = specification
            if copies is not None:
                component.desired = copies
            component.status, component.modified = "Updating", now()
        self._copies.change(store, component)
        return {"InferenceComponentArn": component.arn}

    def _delete(self, call: ApiCall) -> None:
        store = self._service.region(call.region)
        with store.lock:
            component = find_component(store, call.params["InferenceComponentName"])
            if component.status in CHANGING:
                raise invalid(
                    f'Cannot delete inference component "{component.arn}" in status '
                    f"{component.status}."
                )
            # An update of the endpoint places its copies on other instances.
            check_can_change(find_endpoint(store, component.endpoint_name))
            component.status = "Deleting"

        def work() -> None:
            self._copies.stop_all(store, component)
            with store.lock:
                store.table(COMPONENT).pop(component.name, None)
            self._service.say(f"inference component {component.name} is deleted")

        self._copies.run(component, work)


def _specification(request: dict[str, Any], store: RegionStore) -> dict[str, Any]:
    """Return what a component is to run. Raises ApiError where something is missing."""
    specification: dict[str, Any] = request.get("Specification") or {}
    for member in ("ModelName", "ComputeResourceRequirements"):
        if not specification.get(member):
            raise invalid(f"Specification.{member} is required.")
    if is_pipeline(store, specification["ModelName"]):
        # DescribeInferenceComponent has one container (botocore's model).
        raise unsupported("inference components of models with several containers")
    return specification


def _host(endpoint: Endpoint, variant: str | None) -> str:
    """Return the variant of an endpoint that a component is placed on; raises ApiError."""
    if endpoint.status != "InService" or endpoint.deployment is None:
        raise invalid(
            f'Endpoint "{endpoint.arn}" is {endpoint.status}; it must be InService to host '
            "inference components."
        )
    if variant is None:
        raise invalid("VariantName is required to create an inference component.")
    found = endpoint.deployment.variants.get(variant)
    if not isinstance(found, HostVariant):
        raise invalid(
            f'Endpoint "{endpoint.arn}" has no variant {variant} that hosts inference components.'
        )
    return variant
