"""Find models and model packages, and resolve them to what a container serves."""

from __future__ import annotations

from typing import Any

from embedded_aws.sagemaker.container.served_model import PRIMARY, ServedContainer, ServedModel
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
    """Return a model's containers: image, data and environment.

    Their own variables override those of their packages. A container of several without a hostname
    is called by its position (botocore's model, ContainerDefinition: ContainerHostname).

    Raises:
        ApiError: the model, or a package, does not exist.
    """
    request = find_model(store, name).request
    listed = request.get("Containers")
    definitions = listed or [request["PrimaryContainer"]]
    return ServedModel(
        name=name,
        role_arn=request["ExecutionRoleArn"],
        containers=tuple(
            _container(
                store,
                definition,
                model=name,
                isolated=bool(request.get("EnableNetworkIsolation")),
                position=position,
                hostname=definition.get("ContainerHostname") or f"container-{position}"
                if listed
                else PRIMARY,
            )
            for position, definition in enumerate(definitions, start=1)
        ),
        mode=(request.get("InferenceExecutionConfig") or {}).get("Mode", "Serial"),
    )


def is_pipeline(store: RegionStore, name: str) -> bool:
    """Return whether a model has several containers. Raises the API's error when there is none."""
    return len(find_model(store, name).request.get("Containers") or ()) > 1


def _container(
    store: RegionStore,
    definition: dict[str, Any],
    *,
    model: str,
    isolated: bool,
    position: int,
    hostname: str,
) -> ServedContainer:
    container, environment = definition, dict(definition.get("Environment") or {})
    if "ModelPackageName" in definition:
        package = find_package(store, definition["ModelPackageName"])
        container = package.request["InferenceSpecification"]["Containers"][0]
        environment = {**(container.get("Environment") or {}), **environment}
    return ServedContainer(
        model=model,
        image=container["Image"],
        data=_data_source(container),
        environment=environment,
        isolated=isolated,
        hostname=hostname,
        position=position,
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
