"""Deploy an endpoint configuration: one model server per variant."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.model_server import ModelServer
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.hosting.in_flight import InFlight
from embedded_aws.sagemaker.registry.model_records import resolve_model
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record

LOG_GROUPS = "/aws/sagemaker/Endpoints"
# SageMaker's default; a server that crashes is noticed at once and does not wait for it.
_DEFAULT_STARTUP_SECONDS = 480
_DRAIN_SECONDS = 60.0  # no invocation takes longer


@dataclass
class Variant:
    """A production variant: one model server, whatever its instance count says."""

    name: str
    image: str
    weight: float
    instance_count: int
    server: ModelServer
    log: ContainerLog
    in_flight: InFlight = field(default_factory=InFlight)

    def describe(self) -> dict[str, Any]:
        """Return the variant's ProductionVariantSummary."""
        return {
            "VariantName": self.name,
            "DeployedImages": [{"SpecifiedImage": self.image, "ResolvedImage": self.image}],
            "CurrentWeight": self.weight,
            "DesiredWeight": self.weight,
            "CurrentInstanceCount": self.instance_count,
            "DesiredInstanceCount": self.instance_count,
        }


@dataclass
class Deployment:
    """The variants that serve one endpoint configuration."""

    config_name: str
    variants: dict[str, Variant] = field(default_factory=dict)

    def stop(self) -> None:
        """End all servers, each after its last pending answer."""
        for variant in self.variants.values():
            variant.in_flight.wait_until_none(_DRAIN_SECONDS)
            variant.server.stop()
            variant.log.close()


def deploy(service: SageMaker, endpoint: Record, region: str, config: Record) -> Deployment:
    """Start every variant of a configuration and wait until all are healthy.

    Raises:
        JobError: one of them is unhealthy; the others are stopped again.
    """
    deployment = Deployment(config.name)
    try:
        for request in config.request["ProductionVariants"]:
            variant = _start_variant(service, endpoint, region, request)
            deployment.variants[variant.name] = variant
    except BaseException:
        deployment.stop()
        raise
    return deployment


def _start_variant(
    service: SageMaker, endpoint: Record, region: str, request: dict[str, Any]
) -> Variant:
    name = request["VariantName"]
    model = resolve_model(service.region(region), request["ModelName"])
    credentials = service.assume(model.role_arn, endpoint.name, endpoint.arn)
    log = ContainerLog(
        service,
        service.runtime.client("logs", credentials, region),
        f"{LOG_GROUPS}/{endpoint.name}",
        f"{name}/i-{uuid.uuid4().hex[:17]}",
    )
    folder = service.folder(region, "endpoint", f"{endpoint.name}-{uuid.uuid4().hex[:8]}")
    server = ModelServer(service, model, folder, region)
    started = time.monotonic()
    try:
        server.start(
            credentials,
            log,
            extra_environment={},
            startup_seconds=request.get(
                "ContainerStartupHealthCheckTimeoutInSeconds", _DEFAULT_STARTUP_SECONDS
            ),
        )
    except JobError as error:
        log.close()
        if str(error).startswith(("Failed to download", "ClientError")):
            raise
        raise JobError(
            f"The primary container for production variant {name} did not pass the ping health "
            f"check: {error}. Please check CloudWatch logs for this endpoint "
            f"({LOG_GROUPS}/{endpoint.name})."
        ) from error
    service.say(f"endpoint {endpoint.name}: {name} is up, {time.monotonic() - started:.1f} s")
    return Variant(
        name,
        model.image,
        request["InitialVariantWeight"],
        request["InitialInstanceCount"],
        server,
        log,
    )
