"""Look up which endpoints exist and what they run on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_cli.framework.invocation import Invocation
from autogluon_contracts.names import variant_named


@dataclass(frozen=True)
class RunningVariant:
    """One of an endpoint's variants. `weight` is None of one that gets copies of requests only."""

    name: str
    instance_type: str
    instance_count: int
    weight: float | None


def describe_endpoint(invocation: Invocation, name: str) -> dict[str, Any] | None:
    """Return DescribeEndpoint's answer; None where the endpoint does not exist."""
    from botocore.exceptions import ClientError

    try:
        answer: dict[str, Any] = invocation.client("sagemaker").describe_endpoint(EndpointName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationException":
            return None
        raise
    return answer


def describe_component(invocation: Invocation, name: str) -> dict[str, Any] | None:
    """Return DescribeInferenceComponent's answer; None where the component does not exist."""
    from botocore.exceptions import ClientError

    try:
        answer: dict[str, Any] = invocation.client("sagemaker").describe_inference_component(
            InferenceComponentName=name
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationException":
            return None
        raise
    return answer


def component_settings(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a component has now.

    Args:
        found: DescribeInferenceComponent's answer.
    """
    return {
        "endpoint_name": found["EndpointName"],
        "copies": found["RuntimeConfig"]["CurrentCopyCount"],
    }


def component_in_words(*, endpoint_name: str, copies: int) -> str:
    """Return what a component has, such as `2 copies on autogluon-dev-small`."""
    return f"{copies} {'copy' if copies == 1 else 'copies'} on {endpoint_name}"


def serverless_settings(found: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a serverless endpoint has now, by the names of the settings.

    Args:
        found: DescribeEndpoint's answer.

    Returns:
        None for an endpoint on instances.
    """
    for variant in found.get("ProductionVariants", []):
        config = variant.get("CurrentServerlessConfig")
        if config is not None:
            return {
                "memory_mb": config["MemorySizeInMB"],
                "max_concurrency": config["MaxConcurrency"],
                "provisioned_concurrency": config.get("ProvisionedConcurrency"),
            }
    return None


def serverless_in_words(
    *, memory_mb: int, max_concurrency: int, provisioned_concurrency: int | None = None
) -> str:
    """Return what a serverless endpoint has, such as `serverless, 4096 MB, 5 at once`."""
    warm = f", {provisioned_concurrency} warm" if provisioned_concurrency else ""
    return f"serverless, {memory_mb} MB, {max_concurrency} at once{warm}"


def running_instances(invocation: Invocation, found: dict[str, Any]) -> tuple[str, int] | None:
    """Return type and number of the main variant's instances, which a promotion may have chosen.

    Args:
        found: DescribeEndpoint's answer.

    Returns:
        None for a serverless endpoint.
    """
    variants = running_variants(invocation, found)
    return (variants[0].instance_type, variants[0].instance_count) if variants else None


def running_variants(invocation: Invocation, found: dict[str, Any]) -> list[RunningVariant]:
    """Return an endpoint's variants with their instances, the main one first.

    Args:
        found: DescribeEndpoint's answer.

    Returns:
        Nothing for a serverless endpoint.
    """
    config = invocation.client("sagemaker").describe_endpoint_config(
        EndpointConfigName=found["EndpointConfigName"]
    )
    variants = []
    for member in ("ProductionVariants", "ShadowProductionVariants"):
        running = {each["VariantName"]: each for each in found.get(member, ())}
        for configured in config.get(member, ()):
            if "ServerlessConfig" in configured:
                continue
            own = running.get(configured["VariantName"], {})
            variants.append(
                RunningVariant(
                    name=variant_named(configured["VariantName"]),
                    instance_type=_type(configured, own),
                    instance_count=own.get("CurrentInstanceCount", 0),
                    weight=_weight(configured, own) if member == "ProductionVariants" else None,
                )
            )
    return variants


def _weight(configured: Mapping[str, Any], running: Mapping[str, Any]) -> float:
    return float(running.get("CurrentWeight", configured.get("InitialVariantWeight", 1)))


def _type(configured: Mapping[str, Any], running: Mapping[str, Any]) -> str:
    if "InstanceType" in configured:
        return str(configured["InstanceType"])
    pools = running.get("InstancePools", ())
    types = [pool["InstanceType"] for pool in pools if pool["CurrentInstanceCount"]]
    # While it starts, or is off, SageMaker has not chosen yet.
    first = min(configured["InstancePools"], key=lambda pool: int(pool["Priority"]))["InstanceType"]
    return ", ".join(types) or str(first)
