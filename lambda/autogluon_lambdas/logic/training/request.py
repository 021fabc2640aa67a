"""Build the CreateTrainingJob request."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from autogluon_contracts.documents.training_job import (
    CHANNELS,
    CODE_CHANNEL,
    CONFIG_CHANNEL,
    FOLDER_CHANNELS,
    PROGRAM,
)
from autogluon_contracts.names import runs_folder
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.sagemaker.accepted_fields import require_accepted
from autogluon_lambdas.logic.sagemaker.channels import channel, prefix_channel, s3_data_source
from autogluon_lambdas.logic.sagemaker.shared_settings import JobInstances, SharedSettings
from autogluon_lambdas.logic.sagemaker.tags import resource_tags
from autogluon_lambdas.logic.training.metric_definitions import metric_definitions
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.training_plan import TrainingPlan


def training_job_request(
    environment: Environment,
    plan: TrainingPlan,
    files: Mapping[str, DataFiles],
    usual_metrics: Iterable[str],
) -> dict[str, Any]:
    """Return the complete request; the same plan always gives the same one."""
    spec = plan.spec
    shared = _shared(environment, plan)
    code = S3Location.parse(environment.code_uri)
    request = {
        "TrainingJobName": plan.job_name,
        "AlgorithmSpecification": {
            "TrainingImage": spec.image_uri,
            "TrainingInputMode": "File",
            "MetricDefinitions": metric_definitions(
                [
                    plan.init_args.get("eval_metric"),
                    None if spec.quality_gate is None else spec.quality_gate.metric,
                    *usual_metrics,
                ]
            ),
        },
        "HyperParameters": {
            "sagemaker_program": json.dumps(PROGRAM),
            "sagemaker_submit_directory": json.dumps(
                f"/opt/ml/input/data/{CODE_CHANNEL}/{code.name}"
            ),
        },
        "InputDataConfig": [
            *(
                channel(CHANNELS[key], s3_data_source(entry, plan.manifest(key)))
                for key, entry in files.items()
            ),
            *(prefix_channel(FOLDER_CHANNELS[key], folder) for key, folder in plan.folders.items()),
            *_mirrored_weights(plan),
            prefix_channel(CODE_CHANNEL, code),
            prefix_channel(CONFIG_CHANNEL, plan.job_file),
        ],
        "OutputDataConfig": shared.encrypted(
            {"S3OutputPath": runs_folder(environment.artifact_bucket, spec.name).uri}
        ),
        "StoppingCondition": {"MaxRuntimeInSeconds": plan.max_runtime_seconds},
        **shared.training(_instances(plan)),
    }
    return require_accepted("CreateTrainingJob", request)


def _mirrored_weights(plan: TrainingPlan) -> list[dict[str, Any]]:
    """Return the channel of mirrored weights, where the settings name some."""
    if not plan.weights:
        return []
    source = {"S3DataType": "ManifestFile", "S3Uri": plan.weights_manifest.uri}
    return [channel(FOLDER_CHANNELS["weights"], source)]


def resources_of_types(environment: Environment, plan: TrainingPlan) -> list[dict[str, Any]]:
    """Return the ResourceConfig of each instance type, in the order in which they are tried."""
    shared = _shared(environment, plan)
    return [
        shared.training(_instances(replace(plan, instance_type=name)))["ResourceConfig"]
        for name in (plan.instance_type, *plan.fallback_instance_types)
    ]


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
    )
