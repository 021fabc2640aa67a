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


def running_instances(invocation: Invocation, found: dict[str, Any]) -> tuple[str, int]:
    """Return type and number of the running instances, which a promotion may have chosen.

    Args:
        found: DescribeEndpoint's answer.
    """
    config = invocation.client("sagemaker").describe_endpoint_config(
        EndpointConfigName=found["EndpointConfigName"]
    )
    variants = found.get("ProductionVariants", [])
    count = sum(variant["CurrentInstanceCount"] for variant in variants)
    own = config["ProductionVariants"][0]
    if "InstanceType" in own:
        return own["InstanceType"], count
    pools = variants[0].get("InstancePools", ()) if variants else ()
    running = [pool["InstanceType"] for pool in pools if pool["CurrentInstanceCount"]]
    # While it starts, or is off, SageMaker has not chosen yet.
    first = min(own["InstancePools"], key=lambda pool: int(pool["Priority"]))["InstanceType"]
    return ", ".join(running) or first, count
