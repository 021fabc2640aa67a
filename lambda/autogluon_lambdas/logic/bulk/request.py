"""Build the CreateProcessingJob request of a bulk batch, and the plan that its container reads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autogluon_contracts.documents.bulk_job import (
    FILE_NAME,
    BulkFile,
    BulkJobConfig,
    BulkPart,
    BulkUnit,
    part_name,
)
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.batch.batch_plan import BatchPlan
from autogluon_lambdas.logic.batch.data import BatchData
from autogluon_lambdas.logic.bulk.resumed import EarlierResults
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.sagemaker.accepted_fields import require_accepted
from autogluon_lambdas.logic.sagemaker.channels import s3_data_source, s3_manifest, s3_prefix
from autogluon_lambdas.logic.sagemaker.container_program import (
    ROOT,
    entrypoint,
    s3_input,
)
from autogluon_lambdas.logic.sagemaker.shared_settings import JobInstances, SharedSettings
from autogluon_lambdas.models.environment import Environment


@dataclass(frozen=True)
class FilesInput:
    """An input of data files: its name, the files, and where their list goes if it is needed.

    SageMaker gives each of `sharded` files to one instance; all others, to every instance.
    """

    name: str
    files: DataFiles
    manifest: S3Location
    sharded: bool


@dataclass(frozen=True)
class BulkPlan:
    """A bulk batch, every value decided.

    Also one of its jobs, with the job's own name, files and number of instances. `outputs` are the
    results' names below `results/`, one per file; `earlier` what an earlier job left there.
    `group` is the job's number, where there are several.
    """

    batch: BatchPlan
    data: BatchData
    outputs: Sequence[str]
    earlier: EarlierResults
    group: int | None = None

    @property
    def names(self) -> list[str]:
        """The files' names below the location given."""
        return [self.data.files.relative_name(file.entry.location) for file in self.data.inspected]

    @property
    def plan_file(self) -> S3Location:
        """The container's plan. One per job: a resumed batch has several in its folder."""
        return self.batch.folder.child(f"config/{self.batch.job_name}/{FILE_NAME}")

    @property
    def inputs(self) -> list[FilesInput]:
        """The files that are predicted whole, and those of whose parts every instance has some.

        A container may have no network, so that it cannot read a part of an object: each instance
        has a copy of the file.
        """
        inspected = self.data.inspected
        whole = [index for index, file in enumerate(inspected) if file.parts == 1]
        cut = [index for index, file in enumerate(inspected) if file.parts > 1]
        return [
            FilesInput(
                name,
                self.data.part(indices).files,
                self.batch.folder.child(f"config/{self.batch.job_name}-{name}.manifest"),
                sharded,
            )
            for name, indices, sharded in (("data", whole, True), ("shared", cut, False))
            if indices
        ]

    @property
    def units(self) -> list[BulkUnit]:
        """What has a result and a manifest each: whole files, and parts."""
        return [unit for file in self.files for unit in file.units()]

    @cached_property
    def finished(self) -> list[str]:
        """Names of the manifests that earlier jobs left for these files."""
        names = [f"{unit.name}.json" for unit in self.units]
        return [name for name in names if name in self.earlier.manifests]

    @property
    def finished_manifest(self) -> S3Location:
        """The list of those manifests, when there are any."""
        return self.batch.folder.child(f"config/{self.batch.job_name}-finished.manifest")

    @cached_property
    def files(self) -> tuple[BulkFile, ...]:
        """The files as `bulk.json` lists them."""
        return tuple(
            BulkFile(
                name=name,
                uri=file.entry.location.uri,
                bytes=file.entry.size,
                etag=file.entry.etag,
                output=output,
                rows=file.rows,
                result_bytes=self.earlier.result_bytes.get(output),
                parts=self._parts(output, file.parts),
            )
            for file, name, output in zip(
                self.data.inspected, self.names, self.outputs, strict=True
            )
        )

    def _parts(self, folder: str, count: int) -> tuple[BulkPart, ...]:
        if count == 1:
            return ()
        outputs = [
            f"{folder}/{part_name(number, count)}.{self.batch.asked.output_format}"
            for number in range(1, count + 1)
        ]
        return tuple(
            BulkPart(output=output, result_bytes=self.earlier.result_bytes.get(output))
            for output in outputs
        )

    def document(self) -> BulkJobConfig:
        """Return `bulk.json`."""
        asked, layout = self.batch.asked, self.data.layout
        return BulkJobConfig(
            predictor=self.batch.spec.name,
            job_name=self.batch.job_name,
            model_package_arn=self.batch.package.arn,
            artifact_sha256=self.batch.package.artifact_sha256,
            format=self.data.files.format,
            columns=layout.columns,
            has_header=layout.has_header,
            delimiter=layout.delimiter,
            id_column=layout.id_column,
            include_columns=asked.include_columns,
            output=asked.output,
            output_format=asked.output_format,
            on_error=asked.on_error,
            contributions=asked.contributions,
            artifact_model=asked.artifact_model,
            files=self.files,
        )


def written_for_job(plan: BulkPlan) -> dict[S3Location, bytes]:
    """Return the JSON objects that the job's request refers to."""
    written = {plan.plan_file: plan.document().to_text().encode()}
    for given in plan.inputs:
        if not given.files.alone:
            written[given.manifest] = given.files.manifest()
    if plan.finished:
        shards = plan.batch.folder.child("shards/").uri
        written[plan.finished_manifest] = json.dumps([{"prefix": shards}, *plan.finished]).encode()
    return written


def processing_job_request(
    environment: Environment, plan: BulkPlan, volume_size_gb: int
) -> dict[str, Any]:
    """Return CreateProcessingJob; the same plan always gives the same one."""
    batch = plan.batch
    shared = _shared(environment, batch)
    instances = JobInstances(batch.instance_type, batch.instance_count, volume_size_gb)
    request = {
        "ProcessingJobName": batch.job_name,
        "AppSpecification": {
            "ImageUri": batch.package.image,
            "ContainerEntrypoint": entrypoint("predict"),
        },
        "ProcessingInputs": _inputs(environment, plan),
        "ProcessingOutputConfig": shared.encrypted({"Outputs": [_output(batch)]}),
        "StoppingCondition": {"MaxRuntimeInSeconds": batch.spec.batch.max_runtime_seconds},
        **shared.processing(instances),
    }
    return require_accepted("CreateProcessingJob", request)


def processing_resources(
    environment: Environment, batch: BatchPlan, volume_size_gb: int
) -> dict[str, Any]:
    """Return the members of the request that differ from instance type to instance type."""
    instances = JobInstances(batch.instance_type, batch.instance_count, volume_size_gb)
    request = _shared(environment, batch).processing(instances)
    return {"ProcessingResources": request["ProcessingResources"]}


def _shared(environment: Environment, batch: BatchPlan) -> SharedSettings:
    return SharedSettings(environment, batch.tags(), batch.spec.network_isolation)


def _output(batch: BatchPlan) -> dict[str, Any]:
    return {
        "OutputName": "batch",
        "S3Output": {
            "S3Uri": batch.folder.uri.rstrip("/"),
            "LocalPath": f"{ROOT}/output",
            # What is finished outlives a job that fails later.
            "S3UploadMode": "Continuous",
        },
    }


def _inputs(environment: Environment, plan: BulkPlan) -> list[dict[str, Any]]:
    inputs = [
        *(
            s3_input(given.name, s3_data_source(given.files, given.manifest), sharded=given.sharded)
            for given in plan.inputs
        ),
        s3_input("model", s3_prefix(plan.batch.package.model_data_url)),
        s3_input("code", s3_prefix(environment.code_uri)),
        s3_input("config", s3_prefix(plan.plan_file.uri)),
    ]
    if plan.finished:
        inputs.append(s3_input("finished", s3_manifest(plan.finished_manifest.uri)))
    return inputs
