"""Build the CreateProcessingJob request of a processing run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.processing_job import FILE_NAME, SCRIPTS
from autogluon_contracts.documents.processing_spec import ProcessingSpec
from autogluon_contracts.names import processing_output
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.processing.inputs import FoundInput
from autogluon_lambdas.logic.sagemaker.accepted_fields import require_accepted
from autogluon_lambdas.logic.sagemaker.channels import s3_manifest, s3_prefix
from autogluon_lambdas.logic.sagemaker.container_program import ROOT, entrypoint, s3_input
from autogluon_lambdas.logic.sagemaker.shared_settings import JobInstances, SharedSettings
from autogluon_lambdas.logic.sagemaker.tags import resource_tags
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.events.execution import Execution


@dataclass(frozen=True)
class ProcessingPlan:
    """A processing run, every value decided; `outputs` are names."""

    spec: PredictorSpec
    step: ProcessingSpec
    execution: Execution
    job_name: str
    folder: S3Location
    inputs: tuple[FoundInput, ...]
    outputs: tuple[str, ...]

    @property
    def config(self) -> S3Location:
        """Where the job's document is."""
        return self.folder.child(f"config/{FILE_NAME}")

    def manifest(self, name: str) -> S3Location:
        """Return where the list of an input's only object is."""
        return self.folder.child(f"config/{name}.manifest")

    def output_uris(self) -> dict[str, str]:
        """Return where each output goes, by name."""
        return {name: processing_output(self.folder, name).uri for name in self.outputs}

    def by_type(self) -> "list[ProcessingPlan]":
        """Return the plan on each of its instance types, in the order in which they are tried."""
        names = (self.step.instance_type, *self.step.fallback_instance_types)
        return [replace(self, step=replace(self.step, instance_type=one)) for one in names]


def processing_request(environment: Environment, plan: ProcessingPlan) -> dict[str, Any]:
    """Return CreateProcessingJob; the same plan always gives the same one."""
    spec = plan.spec
    request = {
        "ProcessingJobName": plan.job_name,
        "AppSpecification": {
            "ImageUri": spec.processing_image_uri or spec.inference_image_uri,
            "ContainerEntrypoint": entrypoint("process"),
        },
        "ProcessingInputs": _inputs(environment, plan),
        "ProcessingOutputConfig": _shared(environment, plan).encrypted(
            {"Outputs": [_output(name, uri) for name, uri in plan.output_uris().items()]}
        ),
        "StoppingCondition": {"MaxRuntimeInSeconds": plan.step.max_runtime_seconds},
        **_members(environment, plan),
    }
    return require_accepted("CreateProcessingJob", request)


def processing_resources(environment: Environment, plan: ProcessingPlan) -> dict[str, Any]:
    """Return the members of the request that differ from instance type to instance type."""
    return {"ProcessingResources": _members(environment, plan)["ProcessingResources"]}


def storage_gb(step: ProcessingSpec) -> int:
    """Return the GB that each instance has for inputs and outputs."""
    local_gb: Mapping[str, int] = step.local_storage_gb
    return min(step.volume_size_gb, local_gb.get(step.instance_type, step.volume_size_gb))


def _members(environment: Environment, plan: ProcessingPlan) -> dict[str, Any]:
    step = plan.step
    instances = JobInstances(step.instance_type, step.instance_count, storage_gb(step))
    role_arn = environment.processing_role_arn
    return _shared(environment, plan).processing(instances, role_arn=role_arn)


def _shared(environment: Environment, plan: ProcessingPlan) -> SharedSettings:
    tags = resource_tags(plan.spec.name, plan.job_name, plan.execution.arn, plan.spec.tags)
    return SharedSettings(environment, tags, plan.spec.network_isolation)


def _output(name: str, uri: str) -> dict[str, Any]:
    return {
        "OutputName": name,
        "S3Output": {
            "S3Uri": uri.rstrip("/"),
            "LocalPath": f"{ROOT}/output/{name}",
            "S3UploadMode": "EndOfJob",
        },
    }


def _inputs(environment: Environment, plan: ProcessingPlan) -> list[dict[str, Any]]:
    inputs = [
        s3_input("code", s3_prefix(environment.code_uri)),
        s3_input("config", s3_prefix(plan.config.uri)),
    ]
    if plan.step.script is not None:
        inputs.append(s3_input(SCRIPTS, s3_prefix(environment.scripts_uri)))
    for found in plan.inputs:
        source = (
            s3_prefix(found.location.uri)
            if found.alone
            else s3_manifest(plan.manifest(found.name).uri)
        )
        sharded = found.name in plan.step.sharded_inputs
        inputs.append(
            s3_input(f"input-{found.name}", source, folder=f"input/{found.name}", sharded=sharded)
        )
    return inputs
