"""Deploy an endpoint configuration: the instances of each of its variants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from embedded_aws.sagemaker.hosting.asynchronous.settings import AsyncSettings, async_settings
from embedded_aws.sagemaker.hosting.capture.settings import CaptureSettings, capture_settings
from embedded_aws.sagemaker.hosting.components.host_variant import HostVariant, is_host
from embedded_aws.sagemaker.hosting.instance_pools import PRODUCTION, Types, all_variants, types_of
from embedded_aws.sagemaker.hosting.serverless.settings import ServerlessCapacity, is_serverless
from embedded_aws.sagemaker.hosting.serverless.variant import ServerlessVariant
from embedded_aws.sagemaker.hosting.variant import LONGEST_DRAIN_SECONDS, Capacity, Variant
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record

AnyVariant = Variant | ServerlessVariant | HostVariant
AnyCapacity = Capacity | ServerlessCapacity


@dataclass
class Deployment:
    """The variants that serve one endpoint configuration.

    `asynchronous` is None where requests are answered at once, `capture` where none are captured.
    `shadows` get copies of requests.
    """

    config_name: str
    asynchronous: AsyncSettings | None = None
    variants: dict[str, AnyVariant] = field(default_factory=dict)
    shadows: dict[str, Variant] = field(default_factory=dict)
    capture: CaptureSettings | None = None

    @property
    def every_variant(self) -> tuple[AnyVariant, ...]:
        """Return the variants that answer, and then the shadows."""
        return (*self.variants.values(), *self.shadows.values())

    def stop(self, drain_seconds: float = LONGEST_DRAIN_SECONDS) -> None:
        """End all servers, each after its last pending answer or after so many seconds."""
        for variant in self.every_variant:
            variant.stop(drain_seconds)


def deploy(
    service: SageMaker,
    endpoint: Record,
    region: str,
    config: Record,
    retained: Mapping[str, AnyCapacity],
    types: Types | None = None,
) -> Deployment:
    """Start every variant of a configuration and wait until all instances are healthy.

    Args:
        retained: variants' capacities that override those of the configuration.
        types: the variants' instance types; default: the first choice of each.

    Raises:
        JobError: one of them is unhealthy; the others are stopped again.
    """
    deployment = Deployment(
        config.name,
        async_settings(config.request),
        capture=capture_settings(config.request),
    )
    try:
        for request in all_variants(config.request):
            capacity = retained.get(request["VariantName"])
            if is_host(request):
                host = HostVariant(request)
                deployment.variants[host.name] = host
                continue
            if is_serverless(request):
                assert not isinstance(capacity, Capacity)  # a variant stays what it is
                serverless = ServerlessVariant(service, endpoint, region, request, capacity)
                deployment.variants[serverless.name] = serverless
                serverless.reach_desired()
                continue
            assert not isinstance(capacity, ServerlessCapacity)  # likewise
            fewest = 1 if deployment.asynchronous is None else 0
            chosen = (types or {}).get(request["VariantName"]) or types_of(request)[0]
            variant = Variant(
                service, endpoint, region, request, chosen, capacity, fewest_instances=fewest
            )
            if request in config.request[PRODUCTION]:
                deployment.variants[variant.name] = variant
            else:
                deployment.shadows[variant.name] = variant
            variant.reach_desired()
    except BaseException:
        deployment.stop()
        raise
    return deployment


def keep_components(before: Deployment | None, after: Deployment) -> None:
    """Place the copies of an endpoint's components on the instances of its next deployment.

    Raises:
        JobError: they do not fit.
    """
    for name, host in after.variants.items():
        old = None if before is None else before.variants.get(name)
        if isinstance(host, HostVariant) and isinstance(old, HostVariant):
            host.room.take_over(old.room)
