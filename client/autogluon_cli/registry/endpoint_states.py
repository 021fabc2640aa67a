"""Look up which endpoints exist and what they run on."""

from __future__ import annotations

from typing import Any

from autogluon_cli.framework.invocation import Invocation


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
    """Return type and number of the running instances, which a promotion may have chosen.

    Args:
        found: DescribeEndpoint's answer.

    Returns:
        None for a serverless endpoint.
    """
    config = invocation.client("sagemaker").describe_endpoint_config(
        EndpointConfigName=found["EndpointConfigName"]
    )
    variants = found.get("ProductionVariants", [])
    count = sum(variant.get("CurrentInstanceCount", 0) for variant in variants)
    own = config["ProductionVariants"][0]
    if "ServerlessConfig" in own:
        return None
    if "InstanceType" in own:
        return own["InstanceType"], count
    pools = variants[0].get("InstancePools", ()) if variants else ()
    running = [pool["InstanceType"] for pool in pools if pool["CurrentInstanceCount"]]
    # While it starts, or is off, SageMaker has not chosen yet.
    first = min(own["InstancePools"], key=lambda pool: int(pool["Priority"]))["InstanceType"]
    return ", ".join(running) or first, count
