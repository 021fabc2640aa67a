"""Build the CreateTrainingJob request."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.training_job import (
    CHECKPOINT_CHANNEL,
    CHECKPOINTS_PATH,
    CONFIG_CHANNEL,
    FOLDER_CHANNELS,
)
from autogluon_contracts.documents.training_spec import SpotSpec
from autogluon_contracts.names import runs_folder
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.programs.program import JobProgram
from autogluon_lambdas.logic.sagemaker.accepted_fields import require_accepted
from autogluon_lambdas.logic.sagemaker.channels import (
    channel,
    prefix_channel,
    s3_data_source,
    s3_manifest,
)
from autogluon_lambdas.logic.sagemaker.shared_settings import JobInstances, SharedSettings
from autogluon_lambdas.logic.sagemaker.tags import resource_tags
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.training_plan import TrainingPlan


def training_job_request(
    environment: Environment,
    plan: TrainingPlan,
    files: Mapping[str, DataFiles],
    program: JobProgram,
) -> dict[str, Any]:
    """Return the complete request; the same plan always gives the same one.

    That of a job on several instances, whose instances stay or which waits for a limited time has a
    field that only the SDK integration is known to take.
    """
    spec = plan.spec
    shared = _shared(environment, plan)
    request = {
        "TrainingJobName": plan.job_name,
        "AlgorithmSpecification": {
            **_trained_by(spec, program),
            "TrainingInputMode": "File",
            **_metrics(program),
        },
        **({"HyperParameters": program.hyperparameters} if program.hyperparameters else {}),
        "InputDataConfig": [
            *(
                channel(
                    program.channels[key],
                    s3_data_source(entry, plan.manifest(key)),
                    content_type=program.content_type(key, entry.format),
                )
                for key, entry in files.items()
            ),
            *(prefix_channel(FOLDER_CHANNELS[key], folder) for key, folder in plan.folders.items()),
            *_mirrored_weights(plan),
            *_model_channel(plan),
            *program.code,
            *([prefix_channel(CONFIG_CHANNEL, plan.job_file)] if program.has_configuration else []),
            *_continued(plan),
        ],
        "OutputDataConfig": shared.encrypted(
            {"S3OutputPath": runs_folder(environment.artifact_bucket, spec.name).uri}
        ),
        **_capacity(plan, plan.spot),
        **_checkpoint(plan),
        **shared.training(_instances(plan)),
    }
    if plan.instance_count > 1:
        request = {**request, "EnableInterContainerTrafficEncryption": True}
    training = spec.training
    if plan.instance_count > 1 or training.keep_alive_seconds or training.max_pending_seconds:
        return request
    return require_accepted("CreateTrainingJob", request)


def _trained_by(spec: PredictorSpec, program: JobProgram) -> dict[str, str]:
    if program.algorithm_arn is not None:
        return {"AlgorithmName": program.algorithm_arn}
    return {"TrainingImage": spec.image_uri}


def _metrics(program: JobProgram) -> dict[str, Any]:
    found = list(program.metric_definitions)
    return {"MetricDefinitions": found} if found else {}


def _mirrored_weights(plan: TrainingPlan) -> list[dict[str, Any]]:
    """Return the channel of mirrored weights, where the settings name some."""
    if not plan.weights:
        return []
    return [channel(FOLDER_CHANNELS["weights"], s3_manifest(plan.weights_manifest.uri))]


def attempts(environment: Environment, plan: TrainingPlan) -> list[dict[str, Any]]:
    """Return the members that differ between attempts, in their order.

    With spot instances, all types are tried as such before any is paid for at its full price.
    """
    types = [{"ResourceConfig": each} for each in resources_of_types(environment, plan)]
    if plan.spot is None:
        return types
    on_demand = {"EnableManagedSpotTraining": False, **_capacity(plan, None)}
    return [
        *({**each, **_capacity(plan, plan.spot)} for each in types),
        *({**each, **on_demand} for each in types if plan.spot.then_on_demand),
    ]


def resources_of_types(environment: Environment, plan: TrainingPlan) -> list[dict[str, Any]]:
    """Return the ResourceConfig of each instance type, in the order in which they are tried."""
    shared = _shared(environment, plan)
    return [
        shared.training(_instances(replace(plan, instance_type=name)))["ResourceConfig"]
        for name in (plan.instance_type, *plan.fallback_instance_types)
    ]


def _capacity(plan: TrainingPlan, spot: SpotSpec | None) -> dict[str, Any]:
    stopping = {"MaxRuntimeInSeconds": plan.max_runtime_seconds}
    pending = plan.spec.training.max_pending_seconds
    if pending is not None:
        stopping["MaxPendingTimeInSeconds"] = pending
    if spot is None:
        return {"StoppingCondition": stopping}
    return {
        "EnableManagedSpotTraining": True,
        "StoppingCondition": {**stopping, "MaxWaitTimeInSeconds": spot.max_wait_seconds},
    }


def _checkpoint(plan: TrainingPlan) -> dict[str, Any]:
    if not plan.checkpoints:
        return {}
    uri = plan.checkpoint.uri.rstrip("/")
    return {"CheckpointConfig": {"S3Uri": uri, "LocalPath": CHECKPOINTS_PATH}}


def _continued(plan: TrainingPlan) -> list[dict[str, Any]]:
    if plan.continued is None:
        return []
    return [prefix_channel(CHECKPOINT_CHANNEL, plan.continued.checkpoint)]


def _model_channel(plan: TrainingPlan) -> list[dict[str, Any]]:
    if plan.parent is None:
        return []
    model = plan.parent.model
    return [prefix_channel(model.channel, S3Location.parse(model.artifact))]


def _shared(environment: Environment, plan: TrainingPlan) -> SharedSettings:
    spec = plan.spec
    tags = resource_tags(spec.name, plan.job_name, plan.execution.arn, spec.tags)
    return SharedSettings(environment, tags, spec.network_isolation)


def _instances(plan: TrainingPlan) -> JobInstances:
    training = plan.spec.training
    return JobInstances(
        plan.instance_type,
        plan.instance_count,
        # SageMaker makes no volume for types with local NVMe disks.
        None if plan.instance_type in training.local_storage_gb else plan.volume_size_gb,
        # The settings decided for their own type.
        training.encrypt_volume if plan.instance_type == training.instance_type else None,
        training.keep_alive_seconds,
    )
