"""Build the CreateProcessingJob request of a drift run."""

from dataclasses import dataclass, replace
from typing import Any

from autogluon_contracts.documents.drift_job import FILE_NAME
from autogluon_contracts.documents.drift_spec import DriftSpec
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.sagemaker.accepted_fields import require_accepted
from autogluon_lambdas.logic.sagemaker.channels import s3_data_source, s3_manifest, s3_prefix
from autogluon_lambdas.logic.sagemaker.container_program import (
    ROOT,
    entrypoint,
    s3_input,
)
from autogluon_lambdas.logic.sagemaker.shared_settings import JobInstances, SharedSettings
from autogluon_lambdas.logic.sagemaker.tags import resource_tags
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.model_package import ModelPackage


@dataclass(frozen=True)
class DriftPlan:
    """A drift run, every value decided; `report` is the folder of the version's baseline."""

    spec: PredictorSpec
    settings: DriftSpec
    execution: Execution
    job_name: str
    folder: S3Location
    package: ModelPackage
    report: S3Location
    labels: DataFiles | None
    volume_size_gb: int

    @property
    def config(self) -> S3Location:
        """Where the job's document is."""
        return self.folder.child(f"config/{FILE_NAME}")

    @property
    def captured_manifest(self) -> S3Location:
        """The list of the captured files."""
        return self.folder.child("config/captured.manifest")

    @property
    def labels_manifest(self) -> S3Location:
        """The list of the files with labels, when their prefix alone does not name them."""
        return self.folder.child("config/labels.manifest")

    def by_type(self) -> "list[DriftPlan]":
        """Return the plan on each of its instance types, in the order in which they are tried."""
        names = (self.settings.instance_type, *self.settings.fallback_instance_types)
        return [replace(self, settings=replace(self.settings, instance_type=one)) for one in names]


def processing_request(environment: Environment, plan: DriftPlan) -> dict[str, Any]:
    """Return CreateProcessingJob; the same plan always gives the same one."""
    request = {
        "ProcessingJobName": plan.job_name,
        "AppSpecification": {
            "ImageUri": plan.package.image,
            "ContainerEntrypoint": entrypoint("drift"),
        },
        "ProcessingInputs": _inputs(environment, plan),
        "ProcessingOutputConfig": _shared(environment, plan).encrypted(
            {"Outputs": [_output(plan)]}
        ),
        "StoppingCondition": {"MaxRuntimeInSeconds": plan.settings.max_runtime_seconds},
        **_members(environment, plan),
    }
    return require_accepted("CreateProcessingJob", request)


def drift_resources(environment: Environment, plan: DriftPlan) -> dict[str, Any]:
    """Return the members of the request that differ from instance type to instance type."""
    return {"ProcessingResources": _members(environment, plan)["ProcessingResources"]}


def _members(environment: Environment, plan: DriftPlan) -> dict[str, Any]:
    settings = plan.settings
    local_gb = settings.local_storage_gb.get(settings.instance_type)
    size = plan.volume_size_gb if local_gb is None else min(plan.volume_size_gb, local_gb)
    instances = JobInstances(settings.instance_type, 1, size)
    return _shared(environment, plan).processing(instances, role_arn=environment.drift_role_arn)


def _shared(environment: Environment, plan: DriftPlan) -> SharedSettings:
    tags = resource_tags(plan.spec.name, plan.job_name, plan.execution.arn, plan.spec.tags)
    return SharedSettings(environment, tags, plan.spec.network_isolation)


def _output(plan: DriftPlan) -> dict[str, Any]:
    return {
        "OutputName": "drift",
        "S3Output": {
            "S3Uri": plan.folder.uri.rstrip("/"),
            "LocalPath": f"{ROOT}/output",
            "S3UploadMode": "EndOfJob",
        },
    }


def _inputs(environment: Environment, plan: DriftPlan) -> list[dict[str, Any]]:
    inputs = [
        s3_input("captured", s3_manifest(plan.captured_manifest.uri)),
        s3_input("model", s3_prefix(plan.report.uri)),
        s3_input("code", s3_prefix(environment.code_uri)),
        s3_input("config", s3_prefix(plan.config.uri)),
    ]
    if plan.labels is not None:
        inputs.append(s3_input("labels", s3_data_source(plan.labels, plan.labels_manifest)))
    return inputs
