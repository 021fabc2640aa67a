"""Register SageMaker's operations at the gateway."""

from __future__ import annotations

from embedded_aws.gateway import Operation
from embedded_aws.runtime import Runtime
from embedded_aws.sagemaker.container.model_data import make_removable
from embedded_aws.sagemaker.hosting.asynchronous.dispatcher import Dispatcher
from embedded_aws.sagemaker.hosting.asynchronous.invocations import AsyncInvocations
from embedded_aws.sagemaker.hosting.components.components_api import InferenceComponents
from embedded_aws.sagemaker.hosting.components.copies import Copies
from embedded_aws.sagemaker.hosting.endpoint_configs import EndpointConfigs
from embedded_aws.sagemaker.hosting.endpoints import Endpoints
from embedded_aws.sagemaker.hosting.invocations import Invocations
from embedded_aws.sagemaker.hosting.restored import serve_again
from embedded_aws.sagemaker.hosting.variant_metrics import VariantMetrics
from embedded_aws.sagemaker.notebooks.lifecycle_configs import NotebookLifecycleConfigs
from embedded_aws.sagemaker.notebooks.notebook_instances import NotebookInstances
from embedded_aws.sagemaker.processing.processing_jobs import ProcessingJobs
from embedded_aws.sagemaker.registry.algorithms import Algorithms
from embedded_aws.sagemaker.registry.model_package_groups import ModelPackageGroups
from embedded_aws.sagemaker.registry.model_packages import ModelPackages
from embedded_aws.sagemaker.registry.models import Models
from embedded_aws.sagemaker.service import SageMaker, checked, running_work
from embedded_aws.sagemaker.tags import Tags
from embedded_aws.sagemaker.training.training_jobs import TrainingJobs
from embedded_aws.sagemaker.transform.transform_jobs import TransformJobs
from embedded_aws.sagemaker.tuning.tuning_jobs import TuningJobs


def install_sagemaker(runtime: Runtime) -> SageMaker:
    """Replace all of moto's SageMaker; other operations are refused by name."""
    service = SageMaker(runtime)
    if not service.isolation.has_opt_ml:
        service.say(
            "jobs get no /opt/ml of their own, because this machine's kernel forbids mount "
            "namespaces to this user: their settings are rewritten, scripts that name it are "
            "rejected"
        )
    training_jobs = TrainingJobs(service)
    resources = (
        training_jobs,
        TuningJobs(service, training_jobs),
        Models(service),
        EndpointConfigs(service),
        Endpoints(service),
        InferenceComponents(service, Copies(service)),
        Algorithms(service),
        ModelPackageGroups(service),
        ModelPackages(service),
        TransformJobs(service),
        ProcessingJobs(service),
        NotebookInstances(service),
        NotebookLifecycleConfigs(service),
        Tags(service),
    )
    operations: dict[str, Operation] = {}
    for resource in resources:
        operations |= resource.operations()
    runtime.gateway.register_service("sagemaker", checked(operations))
    metrics = VariantMetrics(service)
    dispatcher = Dispatcher(service, metrics)
    runtime.gateway.register_service(
        "sagemaker-runtime",
        {
            **Invocations(service, metrics).operations(),
            **AsyncInvocations(service, dispatcher).operations(),
        },
    )
    runtime.kept.keep("sagemaker", service, "_regions")
    runtime.kept.activities.append(lambda: running_work(service))
    runtime.kept.on_restore.append(lambda: serve_again(service, dispatcher.wake))
    runtime.on_close += [
        lambda: make_removable(runtime.state_dir / "sagemaker"),
        service.closing.set,
    ]
    return service
