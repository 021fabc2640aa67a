"""Read and check ServerlessConfig.

Limits and exclusions: SageMaker guide, "Deploy models with Amazon SageMaker Serverless Inference"
and, of shadows, "Shadow tests", Exclusions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.hosting.capture.settings import capture_settings
from embedded_aws.sagemaker.registry.model_records import find_model
from embedded_aws.sagemaker.state import RegionStore

MEMBER = "ServerlessConfig"
_MIB_PER_SIZE = 1024
_OF_INSTANCES = (
    "InstanceType",
    "InstancePools",
    "InitialInstanceCount",
    "VolumeSizeInGB",
    "ModelDataDownloadTimeoutInSeconds",
    "ContainerStartupHealthCheckTimeoutInSeconds",
    "InferenceAmiVersion",
    "RoutingConfig",
)


@dataclass(frozen=True)
class ServerlessCapacity:
    """What a serverless variant has; `provisioned` is 0 where nothing stays warm."""

    memory_mb: int
    most_at_once: int
    provisioned: int
    weight: float = 1.0

    @classmethod
    def of(cls, variant: Mapping[str, Any]) -> ServerlessCapacity:
        """Return the capacity of a ProductionVariant."""
        config = variant[MEMBER]
        return cls(
            config["MemorySizeInMB"],
            config["MaxConcurrency"],
            config.get("ProvisionedConcurrency", 0),
            variant.get("InitialVariantWeight", 1.0),
        )

    def describe(self) -> dict[str, int]:
        """Return the ProductionVariantServerlessConfig."""
        provisioned = {"ProvisionedConcurrency": self.provisioned} if self.provisioned else {}
        return {
            "MemorySizeInMB": self.memory_mb,
            "MaxConcurrency": self.most_at_once,
            **provisioned,
        }


def is_serverless(variant: Mapping[str, Any]) -> bool:
    """Return whether a ProductionVariant runs without instances."""
    return MEMBER in variant


def check_serverless(request: Mapping[str, Any], store: RegionStore) -> None:
    """Raise the API's error for serverless variants that SageMaker does not host."""
    variants = [each for each in request["ProductionVariants"] if is_serverless(each)]
    if not variants:
        return
    if len(request["ProductionVariants"]) > 1:
        raise invalid("ProductionVariants: a serverless variant must be the only one.")
    excluded = {
        "AsyncInferenceConfig": request.get("AsyncInferenceConfig") is not None,
        "DataCaptureConfig": capture_settings(request) is not None,
        "ShadowProductionVariants": bool(request.get("ShadowProductionVariants")),
    }
    for member, is_given in excluded.items():
        if is_given:
            raise invalid(f"{member} is not supported for serverless variants.")
    [variant] = variants
    name = variant["VariantName"]
    for member in _OF_INSTANCES:
        if variant.get(member) is not None:
            raise invalid(f"ProductionVariants: {name} is serverless and cannot have {member}.")
    model = find_model(store, variant["ModelName"]).request
    for member in ("EnableNetworkIsolation", "VpcConfig"):
        if model.get(member):
            raise invalid(
                f"ProductionVariants: {name} is serverless, and model {variant['ModelName']} has "
                f"{member}, which serverless endpoints do not support."
            )
    check_capacity(name, ServerlessCapacity.of(variant))


def check_capacity(name: str, capacity: ServerlessCapacity) -> None:
    """Raise the API's error for a memory size or a concurrency that there is not."""
    if capacity.memory_mb % _MIB_PER_SIZE:
        raise invalid(
            f"ProductionVariants: {name}: MemorySizeInMB is {capacity.memory_mb}; valid are "
            "1024, 2048, 3072, 4096, 5120 and 6144."
        )
    if capacity.provisioned > capacity.most_at_once:
        raise invalid(
            f"ProductionVariants: {name}: ProvisionedConcurrency {capacity.provisioned} exceeds "
            f"MaxConcurrency {capacity.most_at_once}."
        )
