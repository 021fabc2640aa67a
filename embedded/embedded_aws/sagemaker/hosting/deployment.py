"""Deploy an endpoint configuration: the instances of each of its variants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from embedded_aws.sagemaker.hosting.variant import Capacity, Variant
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record


@dataclass
class Deployment:
    """The variants that serve one endpoint configuration."""

    config_name: str
    variants: dict[str, Variant] = field(default_factory=dict)

    def stop(self) -> None:
        """End all servers, each after its last pending answer."""
        for variant in self.variants.values():
            variant.stop()


def deploy(
    service: SageMaker,
    endpoint: Record,
    region: str,
    config: Record,
    retained: Mapping[str, Capacity],
) -> Deployment:
    """Start every variant of a configuration and wait until all instances are healthy.

    Args:
        retained: variants' capacities that override those of the configuration.

    Raises:
        JobError: one of them is unhealthy; the others are stopped again.
    """
    deployment = Deployment(config.name)
    try:
        for request in config.request["ProductionVariants"]:
            capacity = retained.get(request["VariantName"])
            variant = Variant(service, endpoint, region, request, capacity)
            deployment.variants[variant.name] = variant
            variant.reach(variant.desired)
    except BaseException:
        deployment.stop()
        raise
    return deployment
