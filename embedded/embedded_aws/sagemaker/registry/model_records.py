"""Find models and model packages, and resolve them to what a container serves."""

from __future__ import annotations

from typing import Any

from embedded_aws.sagemaker.container.served_model import ServedModel
from embedded_aws.sagemaker.errors import invalid, not_found
from embedded_aws.sagemaker.state import Record, RegionStore

MODEL = "model"
PACKAGE = "model-package"


def find_model(store: RegionStore, name: str) -> Record:
    """Return a model. Raises the API's error when there is none."""
    record = store.table(MODEL).get(name)
    if record is None:
        raise not_found("model", store.arn(MODEL, name))
    return record


def find_package(store: RegionStore, name_or_arn: str) -> Record:
    """Return a model package by ARN or `<group>/<version>`. Raises the API's error."""
    name = name_or_arn.split(f":{PACKAGE}/", 1)[-1]
    record = store.table(PACKAGE).get(name)
    if record is None:
        raise invalid(f"ModelPackage {store.arn(PACKAGE, name)} does not exist.")
    return record


def resolve_model(store: RegionStore, name: str) -> ServedModel:
    """Return a model's image, data and environment; its own variables override its package's.

    Raises:
        ApiError: the model, or its package, does not exist.
    """
    request = find_model(store, name).request
    container = dict(request["PrimaryContainer"])
    environment = dict(container.get("Environment") or {})
    if "ModelPackageName" in container:
        package = find_package(store, container["ModelPackageName"])
        container = package.request["InferenceSpecification"]["Containers"][0]
        environment = {**(container.get("Environment") or {}), **environment}
    return ServedModel(
        name=name,
        role_arn=request["ExecutionRoleArn"],
        image=container["Image"],
        data=_data_source(container),
        environment=environment,
        isolated=bool(request.get("EnableNetworkIsolation")),
    )


def _data_source(container: dict[str, Any]) -> dict[str, Any] | None:
    if container.get("ModelDataUrl"):
        return {
            "S3Uri": container["ModelDataUrl"],
            "S3DataType": "S3Object",
            "CompressionType": "Gzip",
        }
    source: dict[str, Any] | None = (container.get("ModelDataSource") or {}).get("S3DataSource")
    return source
