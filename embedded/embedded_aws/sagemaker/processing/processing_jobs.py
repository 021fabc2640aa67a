"""The operations on processing jobs."""

from __future__ import annotations

from typing import Any, cast

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.errors import JobError, invalid, job_in_use
from embedded_aws.sagemaker.instance_types import check_volume_key, check_volume_size
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.networks import check_network
from embedded_aws.sagemaker.processing.processing_instance import inputs_of, outputs_of
from embedded_aws.sagemaker.processing.processing_job import KIND, ProcessingJob
from embedded_aws.sagemaker.processing.processing_runner import ProcessingRunner
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import RegionStore, tags_of
from embedded_aws.sagemaker.state_changes import PROCESSING_JOB

_LOCAL_ROOT = "/opt/ml/processing/"


class ProcessingJobs:
    """The operations on processing jobs."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateProcessingJob": self._create,
            "DescribeProcessingJob": lambda call: self._find(call).describe(),
            "ListProcessingJobs": self._list,
            "StopProcessingJob": lambda call: self._find(call).request_stop(),
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name = request["ProcessingJobName"]
        _check(request)
        arn = store.arn(KIND, name)
        credentials = self._service.assume(request["RoleArn"], name, arn)
        check_network(
            self._service,
            (request.get("NetworkConfig") or {}).get("VpcConfig"),
            role_arn=request["RoleArn"],
            credentials=credentials,
            region=call.region,
        )
        job = ProcessingJob(
            name, arn, request, "InProgress", tags=tags_of(request), region=call.region
        )
        with store.lock:
            if name in store.table(KIND):
                raise job_in_use("Processing job", arn)
            store.table(KIND)[name] = job
        self._service.say(f"processing job {name} started")
        self._service.watch(job, job.describe, PROCESSING_JOB)
        runner = ProcessingRunner(self._service, job, credentials)
        self._service.start(f"processing-{name}", runner.run)
        return {"ProcessingJobArn": arn}

    def _list(self, call: ApiCall) -> dict[str, Any]:
        return list_page(
            call,
            _jobs(self._service.region(call.region)).values(),
            "ProcessingJobSummaries",
            ProcessingJob.summarize,
            descending=False,
        )

    def _find(self, call: ApiCall) -> ProcessingJob:
        name = call.params["ProcessingJobName"]
        job = _jobs(self._service.region(call.region)).get(name)
        if job is None:
            raise invalid(f"Could not find requested job with name: {name}")
        return job


def _jobs(store: RegionStore) -> dict[str, ProcessingJob]:
    return cast(dict[str, ProcessingJob], store.table(KIND))


def _check(request: dict[str, Any]) -> None:
    """Refuse what SageMaker refuses although its model allows it, and paths we cannot map."""
    cluster = request["ProcessingResources"]["ClusterConfig"]
    for member in ("InstanceType", "InstanceCount"):
        if cluster.get(member) is None:
            raise invalid(f"ProcessingResources.ClusterConfig.{member} is required.")
    check_volume_key("VolumeKmsKeyId", cluster.get("VolumeKmsKeyId"), cluster["InstanceType"])
    size = cluster["VolumeSizeInGB"]
    check_volume_size("ClusterConfig.VolumeSizeInGB", size, cluster["InstanceType"])
    if not request["AppSpecification"].get("ContainerEntrypoint"):
        raise invalid(
            "The embedded AWS needs AppSpecification.ContainerEntrypoint: none of the images that "
            "it runs has an entry point for processing."
        )
    inputs = [(item["InputName"], item.get("S3Input")) for item in inputs_of(request)]
    outputs = [(item["OutputName"], item.get("S3Output")) for item in outputs_of(request)]
    for member, named in (("ProcessingInputs", inputs), ("ProcessingOutputs", outputs)):
        names = [name for name, _ in named]
        if len(set(names)) != len(names):
            raise invalid(f"{member}: names must be unique, got {names}.")
    for name, location in inputs + outputs:
        if location is None or not location.get("LocalPath", "").startswith(_LOCAL_ROOT):
            raise invalid(f"{name!r} needs an S3 location with a LocalPath below {_LOCAL_ROOT}.")
        try:
            s3_data.S3Uri.parse(location["S3Uri"])
        except JobError as error:
            raise invalid(f"{name!r}: {error}") from error
