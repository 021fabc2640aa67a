"""Look at an endpoint that was made elsewhere, and whether a predictor can take it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import EndpointOffError, InvalidArgumentError, NotSupportedError
from autogluon_contracts.defaults import ASYNCHRONOUS, REAL_TIME, SERVERLESS
from autogluon_contracts.names import MAIN_VARIANT, production_variant

_HOW_TO_ASK = "AnyEndpoint of the Python client asks it as it is."
_DIMENSIONS = ("DesiredInstanceCount", "DesiredProvisionedConcurrency")


@dataclass(frozen=True)
class OutsideEndpoint:
    """What a predictor takes over.

    Attributes:
        arn: the endpoint's ARN, by which CloudFormation imports it.
        config_name: the configuration that it runs.
        artifact: the s3:// address of its model.tar.gz.
    """

    name: str
    arn: str
    config_name: str
    artifact: str


def look_at(target: Connection, predictor: str, name: str) -> OutsideEndpoint:
    """Return an endpoint that a predictor can take over.

    Args:
        target: the environment that declares the predictor.
        predictor: its name.
        name: the endpoint's name.

    Raises:
        EndpointOffError: there is no such endpoint.
        InvalidArgumentError: the predictor's settings name another one, or it is in no state to
            be taken over.
        NotSupportedError: it is of a kind, or serves an image, that the predictor does not have.
    """
    spec = target.spec(predictor)
    declared = spec["endpoint"]
    _require_declared(predictor, declared, name)
    found = _describe(target, name)
    if found["EndpointStatus"] != "InService":
        raise InvalidArgumentError(
            f"Endpoint {name} is {found['EndpointStatus']}.",
            argument="endpoint",
            advice="Adopt it when it is InService.",
        )
    config_name = found["EndpointConfigName"]
    config = target.client("sagemaker").describe_endpoint_config(EndpointConfigName=config_name)
    variant = _only_variant(name, config)
    mode = _mode(config, variant)
    if mode != declared.get("mode", REAL_TIME):
        raise NotSupportedError(
            f"Endpoint {name} is {mode}; predictor {predictor!r} is declared "
            f"{declared.get('mode', REAL_TIME)}, and an endpoint keeps its mode.",
            argument="endpoint",
            advice=f"Declare endpoint.mode: {mode} and deploy.",
        )
    _require_unscaled(target, name, variant["VariantName"])
    model = target.client("sagemaker").describe_model(ModelName=variant["ModelName"])
    container = _only_container(name, model)
    _require_image(predictor, spec, name, container)
    return OutsideEndpoint(name, found["EndpointArn"], config_name, _artifact(name, container))


def _require_declared(predictor: str, declared: Mapping[str, Any] | None, name: str) -> None:
    if declared is None or declared.get("component") is not None:
        what = "no endpoint" if declared is None else "a component on a shared endpoint"
        raise NotSupportedError(
            f"Predictor {predictor!r} is declared with {what}.",
            argument="predictor",
            advice=f"Give it an endpoint of its own with name: {name}, and deploy.",
        )
    if declared["name"] != name:
        raise InvalidArgumentError(
            f"The endpoint of predictor {predictor!r} is deployed as {declared['name']}, and "
            f"an adopted endpoint keeps its name, {name}.",
            argument="endpoint",
            advice=f"Set endpoint.name: {name} in the YAML and deploy.",
        )
    for key in ("promote_on_approval", "promote_on_stage"):
        if declared.get(key):
            raise NotSupportedError(
                f"Predictor {predictor!r} is deployed with endpoint.{key}, which could promote the "
                "version before its endpoint is imported.",
                argument="predictor",
                advice="Leave it out, deploy, adopt the endpoint, and put it back.",
            )


def _describe(target: Connection, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = target.client("sagemaker").describe_endpoint(EndpointName=name)
    except ClientError as error:
        if "could not find" not in error.response["Error"]["Message"].lower():
            raise
        raise EndpointOffError(
            f"Endpoint {name} does not exist in this account and region.",
            advice="Check its name and the region.",
        ) from error
    return found


def _only_variant(name: str, config: Mapping[str, Any]) -> Mapping[str, Any]:
    variants = [each["VariantName"] for each in config["ProductionVariants"]]
    shadows = [each["VariantName"] for each in config.get("ShadowProductionVariants") or ()]
    if len(variants) > 1 or shadows:
        raise NotSupportedError(
            f"Endpoint {name} has the variants {', '.join((*variants, *shadows))}, and one can be "
            "adopted.",
            argument="endpoint",
            advice="Update it to a configuration with one variant first.",
        )
    [variant] = config["ProductionVariants"]
    if variant.get("ModelName") is None:
        raise NotSupportedError(
            f"Endpoint {name} hosts inference components.",
            argument="endpoint",
            advice=_HOW_TO_ASK,
        )
    # SageMaker guide, deployment guardrails, Exclusions: an update needs the same variant names.
    wanted = production_variant(MAIN_VARIANT)
    if variant["VariantName"] != wanted:
        raise NotSupportedError(
            f"The variant of endpoint {name} is {variant['VariantName']}; this project's is "
            f"{wanted}, and updates keep the variants' names.",
            argument="endpoint",
            advice=f"Update it to a configuration whose variant is {wanted} first.",
        )
    found: Mapping[str, Any] = variant
    return found


def _mode(config: Mapping[str, Any], variant: Mapping[str, Any]) -> str:
    if variant.get("ServerlessConfig") is not None:
        return SERVERLESS
    return REAL_TIME if config.get("AsyncInferenceConfig") is None else ASYNCHRONOUS


def _require_unscaled(target: Connection, name: str, variant: str) -> None:
    """Refuse a scalable target, which CloudFormation would find taken when it makes its own."""
    resource = f"endpoint/{name}/variant/{variant}"
    for dimension in _DIMENSIONS:
        found = target.client("application-autoscaling").describe_scalable_targets(
            ServiceNamespace="sagemaker",
            ResourceIds=[resource],
            ScalableDimension=f"sagemaker:variant:{dimension}",
        )
        if found["ScalableTargets"]:
            raise NotSupportedError(
                f"Endpoint {name} scales by a policy that no stack has.",
                argument="endpoint",
                advice="Deregister it first: `aws application-autoscaling "
                f"deregister-scalable-target --service-namespace sagemaker --resource-id {resource}"
                f" --scalable-dimension sagemaker:variant:{dimension}`; endpoint.autoscaling "
                "in the YAML scales it again.",
            )


def _only_container(name: str, model: Mapping[str, Any]) -> Mapping[str, Any]:
    primary = model.get("PrimaryContainer")
    containers = [primary] if primary else model.get("Containers") or []
    if len(containers) != 1 or "Image" not in containers[0]:
        what = "a model package" if len(containers) == 1 else f"{len(containers)} containers"
        raise NotSupportedError(
            f"Endpoint {name} serves {what}, and one container with an image can be adopted.",
            argument="endpoint",
            advice=_HOW_TO_ASK,
        )
    found: Mapping[str, Any] = containers[0]
    return found


def _require_image(
    predictor: str, spec: Mapping[str, Any], name: str, container: Mapping[str, Any]
) -> None:
    own, theirs = (
        _repository_and_tag(uri) for uri in (spec["inference_image_uri"], container["Image"])
    )
    if own != theirs:
        raise NotSupportedError(
            f"Endpoint {name} serves the image {theirs}; predictor {predictor!r} is deployed with "
            f"{own}.",
            argument="endpoint",
            advice="Declare its framework_version, or its image_uri with type: script, and deploy. "
            + _HOW_TO_ASK,
        )


def _repository_and_tag(image: str) -> str:
    """Return what is the same in every region's registry."""
    return image.partition("/")[2]


def _artifact(name: str, container: Mapping[str, Any]) -> str:
    source = (container.get("ModelDataSource") or {}).get("S3DataSource") or {}
    is_archive = source.get("CompressionType") == "Gzip" and source.get("S3DataType") == "S3Object"
    uri = container.get("ModelDataUrl") or (source.get("S3Uri") if is_archive else None)
    if uri is None:
        raise NotSupportedError(
            f"Endpoint {name} serves no model.tar.gz.", argument="endpoint", advice=_HOW_TO_ASK
        )
    return str(uri)
