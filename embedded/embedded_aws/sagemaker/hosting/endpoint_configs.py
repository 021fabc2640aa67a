"""The operations on endpoint configurations."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.errors import already_exists, invalid, not_found, unsupported
from embedded_aws.sagemaker.hosting.asynchronous.settings import check_async_settings
from embedded_aws.sagemaker.hosting.capture.settings import check_capture_settings
from embedded_aws.sagemaker.hosting.components.host_variant import check_host, is_host
from embedded_aws.sagemaker.hosting.instance_pools import (
    PRODUCTION,
    SHADOW,
    all_variants,
    check_types,
    types_of,
)
from embedded_aws.sagemaker.hosting.serverless.settings import check_serverless, is_serverless
from embedded_aws.sagemaker.instance_types import check_volume_key, has_local_nvme
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.networks import check_network
from embedded_aws.sagemaker.registry.model_records import is_pipeline
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, tags_of

CONFIG = "endpoint-config"
_KIND_IN_WORDS = "endpoint configuration"


def find_config(store: RegionStore, name: str) -> Record:
    """Return an endpoint configuration. Raises the API's error when there is none."""
    record = store.table(CONFIG).get(name)
    if record is None:
        raise not_found(_KIND_IN_WORDS, store.arn(CONFIG, name))
    return record


class EndpointConfigs:
    """The operations on endpoint configurations."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateEndpointConfig": self._create,
            "DescribeEndpointConfig": self._describe,
            "ListEndpointConfigs": self._list,
            "DeleteEndpointConfig": self._delete,
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name = request["EndpointConfigName"]
        arn = store.arn(CONFIG, name)
        check_host(request)
        self._check_access(request, arn, call.region)
        _check_variants(request, store)
        check_async_settings(request)
        check_capture_settings(request)
        check_serverless(request, store)
        # Describe shows weights even where the request leaves them to their default.
        variants = {
            member: [{"InitialVariantWeight": 1.0} | item for item in request[member]]
            for member in (PRODUCTION, SHADOW)
            if request.get(member)
        }
        with store.lock:
            if name in store.table(CONFIG):
                raise already_exists(_KIND_IN_WORDS, arn)
            stored = request | variants
            store.table(CONFIG)[name] = Record(name, arn, stored, tags=tags_of(request))
        return {"EndpointConfigArn": arn}

    def _check_access(self, request: dict[str, Any], arn: str, region: str) -> None:
        """Check role and network, which a configuration has where its variant has no model."""
        role = request.get("ExecutionRoleArn")
        if not role:
            return
        check_network(
            self._service,
            request.get("VpcConfig"),
            role_arn=role,
            credentials=self._service.assume(role, request["EndpointConfigName"], arn),
            region=region,
        )

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        record = find_config(self._service.region(call.region), call.params["EndpointConfigName"])
        added = {"EndpointConfigArn": record.arn, "CreationTime": record.created}
        return record.described() | added

    def _list(self, call: ApiCall) -> dict[str, Any]:
        return list_page(
            call,
            self._service.region(call.region).table(CONFIG).values(),
            "EndpointConfigs",
            lambda record: {
                "EndpointConfigName": record.name,
                "EndpointConfigArn": record.arn,
                "CreationTime": record.created,
            },
        )

    def _delete(self, call: ApiCall) -> None:
        store = self._service.region(call.region)
        with store.lock:
            del store.table(CONFIG)[find_config(store, call.params["EndpointConfigName"]).name]


def _check_variants(request: dict[str, Any], store: RegionStore) -> None:
    shadows = request.get(SHADOW) or []
    if shadows and (len(shadows), len(request[PRODUCTION])) != (1, 1):
        # API reference, CreateEndpointConfig.
        raise invalid(
            f"{SHADOW}: you can only specify one variant for {PRODUCTION} and one variant for "
            f"{SHADOW}."
        )
    variants = all_variants(request)
    if shadows and len({variant.get("InitialVariantWeight", 1.0) for variant in variants}) > 1:
        # Here a shadow gets a copy of every request.
        raise unsupported(f"{SHADOW} of another weight than the production variant's")
    names = [variant["VariantName"] for variant in variants]
    if len(set(names)) != len(names):
        raise invalid(f"ProductionVariants: variant names must be unique, got {names}.")
    for variant in variants:
        counted = () if is_serverless(variant) else ("InitialInstanceCount",)
        named = () if is_host(variant) else ("ModelName",)
        for member in (*named, *counted):
            if variant.get(member) is None:
                raise invalid(f"ProductionVariants: {variant['VariantName']} needs {member}.")
        if not is_host(variant) and is_pipeline(store, variant["ModelName"]):
            _check_pipeline(request, variant)
        if is_serverless(variant):
            continue
        check_types(variant)
        for name in types_of(variant):
            check_volume_key("KmsKeyId", request.get("KmsKeyId"), name)
            if variant.get("VolumeSizeInGB") is not None and has_local_nvme(name):
                # aws/sagemaker-python-sdk, pull request 4828.
                raise invalid(
                    f"ProductionVariants: {variant['VariantName']} has VolumeSizeInGB, but the "
                    f"volume of {name} is local NVMe storage; leave it out."
                )
    if not sum(variant.get("InitialVariantWeight", 1.0) for variant in request[PRODUCTION]) > 0:
        raise invalid("ProductionVariants: at least one variant needs a weight above 0.")


def _check_pipeline(request: dict[str, Any], variant: dict[str, Any]) -> None:
    """Refuse a model with several containers where SageMaker, or this AWS, does not host it.

    SageMaker guide, "Deploy models with Amazon SageMaker Serverless Inference" (Feature exclusions)
    and, of shadow tests, "Exclusions".
    """
    name, model = variant["VariantName"], variant["ModelName"]
    if is_serverless(variant):
        raise invalid(
            f"ProductionVariants: {name} is serverless, and model {model} is an inference "
            "pipeline, which serverless endpoints do not support."
        )
    if request.get(SHADOW):
        raise invalid(
            f"{SHADOW}: model {model} has several containers, which shadow variants do not support."
        )
    if request.get("AsyncInferenceConfig"):
        raise unsupported("asynchronous endpoints of models with several containers")
