"""What an embedded AWS holds, as its own APIs list it."""

from __future__ import annotations

from typing import Any

from embedded_aws.runtime import Runtime


def inventory(runtime: Runtime) -> dict[str, Any]:
    """Return the buckets, stacks, endpoints and model packages of the default region."""
    stacks = runtime.client("cloudformation").get_paginator("describe_stacks").paginate()
    endpoints = runtime.client("sagemaker").get_paginator("list_endpoints").paginate()
    buckets = runtime.client("s3").list_buckets()["Buckets"]
    return {
        "buckets": [bucket["Name"] for bucket in buckets],
        "stacks": {
            stack["StackName"]: stack["StackStatus"] for page in stacks for stack in page["Stacks"]
        },
        "endpoints": {
            endpoint["EndpointName"]: endpoint["EndpointStatus"]
            for page in endpoints
            for endpoint in page["Endpoints"]
        },
    }
