"""The `sagemaker:` condition keys of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.policy.context import Value

# Condition key -> parameter names whose values it collects, at any depth of the request.
_COLLECTED = {
    "sagemaker:InstanceTypes": ("InstanceType", "InstanceTypes"),
    "sagemaker:VpcSubnets": ("Subnets",),
    "sagemaker:VpcSecurityGroupIds": ("SecurityGroupIds",),
    "sagemaker:VolumeKmsKey": ("VolumeKmsKeyId",),
    "sagemaker:OutputKmsKey": ("KmsKeyId",),
    "sagemaker:MaxRuntimeInSeconds": ("MaxRuntimeInSeconds",),
    "sagemaker:KeepAlivePeriod": ("KeepAlivePeriodInSeconds",),
    "sagemaker:NetworkIsolation": ("EnableNetworkIsolation",),
    "sagemaker:InterContainerTrafficEncryption": ("EnableInterContainerTrafficEncryption",),
    "sagemaker:ModelApprovalStatus": ("ModelApprovalStatus",),
    "sagemaker:ModelLifeCycle:stage": ("Stage",),
    "sagemaker:ModelLifeCycle:stageStatus": ("StageStatus",),
    "sagemaker:TargetModel": ("TargetModel",),
    "sagemaker:TargetContainerHostname": ("TargetContainerHostname",),
    "sagemaker:ModelArn": ("ModelPackageName",),
    "sagemaker:ServerlessMaxConcurrency": ("MaxConcurrency",),
    "sagemaker:ServerlessMemorySize": ("MemorySizeInMB",),
}


def sagemaker_context(call: ApiCall, resolve_key: Callable[[str], str]) -> dict[str, Value | None]:
    """Return the keys that this request carries; KMS keys as ARNs.

    Args:
        resolve_key: gives the ARN of a key id or alias.
    """
    found: dict[str, list[str]] = {}
    for name, value in _leaves(call.params):
        found.setdefault(name, []).append(value)
    context: dict[str, Value | None] = {}
    for key, names in _COLLECTED.items():
        values = [value for name in names for value in found.get(name, [])]
        if key.endswith("KmsKey"):
            values = [resolve_key(value) for value in values if value]
        if values:
            context[key] = values
    return context


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for inner_name, inner in value.items():
            yield from _leaves(inner, str(inner_name))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, str | int | float):
        yield name, str(value)
