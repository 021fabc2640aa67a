"""Puts SageMaker's operations behind the gateway."""

from __future__ import annotations

from embedded_aws.gateway import Operation
from embedded_aws.runtime import Runtime
from embedded_aws.sagemaker.service import SageMaker, checked
from embedded_aws.sagemaker.training_jobs import TrainingJobs


def install_sagemaker(runtime: Runtime) -> SageMaker:
    """Replace moto's SageMaker wholly; an operation that is not here is a named error."""
    service = SageMaker(runtime)
    resources = [TrainingJobs(service)]
    operations: dict[str, Operation] = {}
    for resource in resources:
        operations |= resource.operations()
    runtime.gateway.register_service("sagemaker", checked(operations))
    runtime.on_close.append(service.closing.set)
    return service
