"""An instance of an endpoint's variant: its containers, in processes of their own."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from embedded_aws.sagemaker.container.container_limits import UNLIMITED, ContainerLimits
from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.pipeline_server import (
    ContainerFailedError,
    ContainerLogs,
    PipelineServer,
    in_words,
)
from embedded_aws.sagemaker.container.served_model import ServedModel
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.hosting.in_flight import InFlight
from embedded_aws.sagemaker.hosting.memory_guard import MemoryGuard
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record

LOG_GROUPS = "/aws/sagemaker/Endpoints"
# SageMaker's default; a server that crashes is noticed at once and does not wait for it.
_DEFAULT_STARTUP_SECONDS = 480


@dataclass(frozen=True)
class Instance:
    """A model server with its log stream and the requests that it has not yet answered.

    `guard` is None where its memory is not limited.
    """

    id: str
    server: PipelineServer
    log: ContainerLogs
    in_flight: InFlight = field(default_factory=InFlight)
    guard: MemoryGuard | None = None

    def stop(self, drain_seconds: float) -> None:
        """End the server after its last pending answer, or after so many seconds."""
        self.in_flight.wait_until_none(drain_seconds)
        self.server.stop()
        self.log.close()


def start_instance(
    service: SageMaker,
    endpoint: Record,
    region: str,
    variant: Mapping[str, Any],
    model: ServedModel,
    limits: ContainerLimits = UNLIMITED,
    *,
    log_groups: str = LOG_GROUPS,
) -> Instance:
    """Start a model server and wait until it is healthy.

    Args:
        endpoint: what it belongs to: an endpoint, or an inference component.
        variant: the ProductionVariant of the endpoint configuration.
        log_groups: where the log group of `endpoint` is.

    Raises:
        JobError: it is unhealthy, or its data cannot be read.
    """
    name, instance_id = variant["VariantName"], f"i-{uuid.uuid4().hex[:17]}"
    credentials = service.assume(model.role_arn, endpoint.name, endpoint.arn)
    logs, group = (
        service.runtime.client("logs", credentials, region),
        f"{log_groups}/{endpoint.name}",
    )
    log = ContainerLogs(
        model,
        f"{name}/{instance_id}",
        lambda stream: ContainerLog(service, logs, group, stream),
    )
    folder = service.folder(region, "endpoint", f"{endpoint.name}-{instance_id[2:10]}")
    server = PipelineServer(service, model, folder, region, limits)
    guard = None if limits.memory_mb is None else MemoryGuard(server, log, limits.memory_mb)
    started = time.monotonic()
    try:
        server.start(
            credentials,
            log,
            extra_environment={},
            startup_seconds=limits.startup_seconds
            or variant.get("ContainerStartupHealthCheckTimeoutInSeconds", _DEFAULT_STARTUP_SECONDS),
        )
    except ContainerFailedError as error:
        log.close()
        if str(error).startswith(("Failed to download", "ClientError")):
            raise
        raise JobError(
            f"The {in_words(error.container)} for production variant {name} did not pass the "
            f"ping health check: {error}. Please check CloudWatch logs for this endpoint ({group})."
        ) from error
    service.say(f"endpoint {endpoint.name}: {name} is up, {time.monotonic() - started:.1f} s")
    return Instance(instance_id, server, log, guard=guard)
