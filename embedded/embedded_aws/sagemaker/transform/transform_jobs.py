"""The operations on transform jobs."""

from __future__ import annotations

from typing import Any, cast

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.errors import JobError, invalid, job_in_use, unsupported
from embedded_aws.sagemaker.instance_types import check_volume_key
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.registry.model_records import resolve_model
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import RegionStore, tags_of
from embedded_aws.sagemaker.state_changes import TRANSFORM_JOB
from embedded_aws.sagemaker.transform.transform_job import (
    DEFAULT_PAYLOAD_MB,
    KIND,
    TransformJob,
)
from embedded_aws.sagemaker.transform.transform_runner import TransformRunner

_PAYLOAD_LIMIT_MB = 100


class TransformJobs:
    """The operations on transform jobs."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateTransformJob": self._create,
            "DescribeTransformJob": lambda call: self._find(call).describe(),
            "ListTransformJobs": self._list,
            "StopTransformJob": lambda call: self._find(call).request_stop(),
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name = request["TransformJobName"]
        _check(request)
        model = resolve_model(store, request["ModelName"])
        if model.mode == "Direct":
            # A transform job cannot name a container (botocore's model, CreateTransformJob).
            raise unsupported("transform jobs of models with direct invocation")
        credentials = self._service.assume(model.role_arn, name, store.arn(KIND, name))
        job = TransformJob(
            name=name,
            arn=store.arn(KIND, name),
            request=request,
            status="InProgress",
            tags=tags_of(request),
            region=call.region,
        )
        with store.lock:
            if name in store.table(KIND):
                raise job_in_use("Transform job", store.table(KIND)[name].arn)
            store.table(KIND)[name] = job
        self._service.say(f"transform job {name} started")
        self._service.watch(job, job.describe, TRANSFORM_JOB)
        runner = TransformRunner(self._service, job, model, credentials)
        self._service.start(f"transform-{name}", runner.run)
        return {"TransformJobArn": job.arn}

    def _list(self, call: ApiCall) -> dict[str, Any]:
        return list_page(
            call,
            _jobs(self._service.region(call.region)).values(),
            "TransformJobSummaries",
            TransformJob.summarize,
        )

    def _find(self, call: ApiCall) -> TransformJob:
        name = call.params["TransformJobName"]
        job = _jobs(self._service.region(call.region)).get(name)
        if job is None:
            raise invalid(f"Could not find requested job with name: {name}")
        return job


def _jobs(store: RegionStore) -> dict[str, TransformJob]:
    return cast(dict[str, TransformJob], store.table(KIND))


def _check(request: dict[str, Any]) -> None:
    """Refuse what SageMaker refuses although its model allows it."""
    payload = request.get("MaxPayloadInMB", DEFAULT_PAYLOAD_MB)
    if payload == 0:
        raise invalid("The embedded AWS does not support MaxPayloadInMB = 0 (chunked encoding).")
    concurrent = request.get("MaxConcurrentTransforms") or 1
    if payload * concurrent > _PAYLOAD_LIMIT_MB:
        raise invalid(
            f"MaxConcurrentTransforms * MaxPayloadInMB must be at most {_PAYLOAD_LIMIT_MB} MB, "
            f"got {concurrent} * {payload}."
        )
    if not request["TransformInput"]["DataSource"].get("S3DataSource"):
        raise invalid("TransformInput.DataSource.S3DataSource is required.")
    resources = request["TransformResources"]
    check_volume_key("VolumeKmsKeyId", resources.get("VolumeKmsKeyId"), resources["InstanceType"])
    try:
        s3_data.S3Uri.parse(request["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"])
        s3_data.S3Uri.parse(request["TransformOutput"]["S3OutputPath"])
    except JobError as error:
        raise invalid(str(error)) from error
