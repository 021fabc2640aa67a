"""Judge the containers of a CreateModel request."""

from __future__ import annotations

from typing import Any

from embedded_aws.sagemaker.errors import invalid, unsupported
from embedded_aws.sagemaker.registry.model_records import find_package
from embedded_aws.sagemaker.state import RegionStore

_PRIMARY, _SEVERAL = "PrimaryContainer", "Containers"


def containers_of(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a request's container definitions in their order."""
    return list(request.get(_SEVERAL) or [request[_PRIMARY]])


def check_containers(request: dict[str, Any], store: RegionStore) -> None:
    """Raise the API's error for containers that SageMaker would not start.

    That there are at most 15 of them, botocore's model says. The rest: API reference, CreateModel
    and ContainerDefinition; SageMaker guide, "Create a multi-container endpoint (Boto 3)".
    """
    primary, several = request.get(_PRIMARY), request.get(_SEVERAL)
    if primary and several:
        raise invalid("CreateModel takes PrimaryContainer or Containers, not both.")
    if not primary and not several:
        raise invalid("CreateModel needs a PrimaryContainer, or Containers.")
    if not request.get("ExecutionRoleArn"):
        raise invalid("CreateModel needs an ExecutionRoleArn.")
    _check_hostnames(request, several)
    if several:
        for number, container in enumerate(several, start=1):
            _check_container(f"{_SEVERAL}.{number}", container, store)
    else:
        _check_container(_PRIMARY, request[_PRIMARY], store)


def _check_hostnames(request: dict[str, Any], several: list[dict[str, Any]] | None) -> None:
    is_direct = (request.get("InferenceExecutionConfig") or {}).get("Mode") == "Direct"
    if is_direct and len(several or ()) < 2:
        raise invalid(
            "InferenceExecutionConfig: the mode Direct needs more than one container in Containers."
        )
    names = [container.get("ContainerHostname") for container in several or ()]
    given = [name for name in names if name]
    if is_direct and len(given) < len(names):
        raise invalid(
            "ContainerHostname is required for each container of a multi-container endpoint with "
            "direct invocation."
        )
    if given and len(given) < len(names):
        raise invalid(
            "If you specify a value for ContainerHostname for any container of an inference "
            "pipeline, you must specify it for every container of the pipeline."
        )
    if len(set(given)) < len(given):
        raise invalid(f"Containers: each ContainerHostname must be unique, got {given}.")


def _check_container(path: str, container: dict[str, Any], store: RegionStore) -> None:
    package, image = container.get("ModelPackageName"), container.get("Image")
    if bool(package) == bool(image):
        raise invalid(f"{path} needs either an Image or a ModelPackageName, not both.")
    data = [name for name in ("ModelDataUrl", "ModelDataSource") if container.get(name)]
    if len(data) > 1 or (package and data):
        raise invalid(f"{path}: {' and '.join(data)} cannot be combined with the rest.")
    if not package:
        return
    record = find_package(store, package)
    # SageMaker serves a version only after its approval.
    if record.status != "Approved":
        raise invalid(
            f"Model package {record.arn} has the approval status {record.status}; "
            "a model can only be created from an Approved one."
        )
    if len(record.request["InferenceSpecification"]["Containers"]) > 1:
        raise unsupported("models of packages with several containers")
