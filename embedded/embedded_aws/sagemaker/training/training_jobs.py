"""The operations on training jobs."""

from __future__ import annotations

from typing import Any, cast

from embedded_aws.credentials import Credentials
from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.errors import JobError, invalid, job_in_use, unsupported
from embedded_aws.sagemaker.instance_types import (
    check_volume_key,
    check_volume_size,
    has_local_nvme,
)
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.networks import check_network
from embedded_aws.sagemaker.planned_faults import PlannedFaults
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import RegionStore, now, tags_of
from embedded_aws.sagemaker.state_changes import TRAINING_JOB
from embedded_aws.sagemaker.training import warm_pools
from embedded_aws.sagemaker.training.algorithm_metrics import with_algorithm_metrics
from embedded_aws.sagemaker.training.algorithm_runs import trained_by
from embedded_aws.sagemaker.training.encrypted_traffic import check_encrypted_traffic
from embedded_aws.sagemaker.training.metric_definitions import MetricReader
from embedded_aws.sagemaker.training.training_job import KIND, TrainingJob
from embedded_aws.sagemaker.training.training_runner import TrainingRunner


class TrainingJobs:
    """The operations on training jobs."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {
            "CreateTrainingJob": lambda call: {
                "TrainingJobArn": self.create(call.params, call.region).arn
            },
            "DescribeTrainingJob": self._describe,
            "ListTrainingJobs": self._list,
            "StopTrainingJob": self._stop,
            "DeleteTrainingJob": self._delete,
        }

    def create(
        self,
        request: dict[str, Any],
        region: str,
        *,
        tuning_job_arn: str | None = None,
        faults: PlannedFaults | None = None,
    ) -> TrainingJob:
        """Start a job, for a caller or for a tuning job, which plans faults. Raises ApiError."""
        store, name = self._service.region(region), request["TrainingJobName"]
        request = with_algorithm_metrics(request)
        credentials = self.check(request, region)
        image, definitions = trained_by(store, request)
        with store.lock:
            table = store.table(KIND)
            if name in table:
                raise job_in_use("Training job", table[name].arn)
            job = TrainingJob(
                name=name,
                arn=store.arn(KIND, name),
                request=request,
                status="InProgress",
                tags=tags_of(request),
                region=region,
                image=image,
                metrics=MetricReader(definitions),
                tuning_job_arn=tuning_job_arn,
            )
            job.enter("Starting")
            table[name] = job
            warm_pools.reuse(_jobs(store).values(), job)
        self._service.say(f"training job {name} started")
        self._say_what_changes_nothing(request)
        self._service.watch(job, job.describe, TRAINING_JOB)
        faults = faults or PlannedFaults(self._service, "CreateTrainingJob", request)
        runner = TrainingRunner(self._service, job, credentials, faults)
        self._service.start(f"training-{name}", runner.run)
        return job

    def check(self, request: dict[str, Any], region: str) -> Credentials:
        """Return the job's credentials; raises ApiError for what SageMaker refuses."""
        _check(request)
        MetricReader(trained_by(self._service.region(region), request)[1])
        name = request["TrainingJobName"]
        arn = self._service.region(region).arn(KIND, name)
        credentials = self._service.assume(request["RoleArn"], name, arn)
        check_network(
            self._service,
            request.get("VpcConfig"),
            role_arn=request["RoleArn"],
            credentials=credentials,
            region=region,
        )
        check_encrypted_traffic(request, self._service.runtime.client("ec2", region=region))
        _check_inputs(self._service.runtime.client("s3", credentials, region), request)
        return credentials

    def _say_what_changes_nothing(self, request: dict[str, Any]) -> None:
        """Mention settings that SageMaker's SDK 2 sends by default, once each."""
        if request.get("DebugHookConfig"):
            self._service.say_once(
                "DebugHookConfig changes nothing here: the debugger's hook writes only from "
                "scripts that import smdebug, which the image lacks"
            )
        if (request.get("ProfilerConfig") or {}).get("DisableProfiler") is False:
            self._service.say_once(
                "ProfilerConfig changes nothing here: the profiler's system metrics are not "
                "written, and a job's ProfilingStatus is Disabled"
            )

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        job = self._find(call)
        pool = warm_pools.described(job)
        return job.describe() | ({} if pool is None else {"WarmPoolStatus": pool})

    def _list(self, call: ApiCall) -> dict[str, Any]:
        if call.params.get("TrainingPlanArnEquals"):
            return {"TrainingJobSummaries": []}  # plans are refused: no job has one
        wanted = call.params.get("WarmPoolStatusEquals")
        found = [
            job
            for job in _jobs(self._service.region(call.region)).values()
            if wanted in (None, warm_pools.status_of(job, now()))
        ]
        return list_page(call, found, "TrainingJobSummaries", _summary, descending=False)

    def _stop(self, call: ApiCall) -> None:
        self._find(call).request_stop()

    def _delete(self, call: ApiCall) -> None:
        job = self._find(call)
        if job.status in {"InProgress", "Stopping"}:
            raise invalid(f"Training job {job.name} is {job.status}; it must end first.")
        with self._service.region(call.region).lock:
            del self._service.region(call.region).table(KIND)[job.name]

    def _find(self, call: ApiCall) -> TrainingJob:
        job = _jobs(self._service.region(call.region)).get(call.params["TrainingJobName"])
        if job is None:
            raise invalid("Requested resource not found.")
        return job


def _summary(job: TrainingJob) -> dict[str, Any]:
    pool = warm_pools.described(job)
    return job.summarize() | ({} if pool is None else {"WarmPoolStatus": pool})


def _jobs(store: RegionStore) -> dict[str, TrainingJob]:
    return cast(dict[str, TrainingJob], store.table(KIND))


def _check(request: dict[str, Any]) -> None:
    """Refuse what SageMaker refuses although its model allows it."""
    resources = request.get("ResourceConfig") or {}
    for member in ("InstanceType", "InstanceCount"):
        if resources.get(member) is None:
            raise invalid(f"ResourceConfig.{member} is required.")
    size_gb = resources.get("VolumeSizeInGB")
    # "When using an ML instance with the EBS-only storage option ... you must define the size".
    if size_gb is None and not has_local_nvme(resources["InstanceType"]):
        raise invalid("ResourceConfig.VolumeSizeInGB is required.")
    check_volume_size("ResourceConfig.VolumeSizeInGB", size_gb, resources["InstanceType"])
    check_volume_key(
        "VolumeKmsKeyId", resources.get("VolumeKmsKeyId"), resources.get("InstanceType")
    )
    channels = [channel["ChannelName"] for channel in request.get("InputDataConfig") or ()]
    if len(set(channels)) != len(channels):
        raise invalid(f"InputDataConfig: channel names must be unique, got {channels}.")
    condition = request.get("StoppingCondition") or {}
    if not condition.get("MaxRuntimeInSeconds"):
        raise invalid("StoppingCondition.MaxRuntimeInSeconds is required.")
    _check_spot(request, condition)
    _check_hosts(request, resources["InstanceCount"])


def _check_hosts(request: dict[str, Any], count: int) -> None:
    if count > 1 and request.get("CheckpointConfig"):
        raise unsupported(
            "CheckpointConfig of a training job with several instances: AWS does not say what it "
            "keeps where their files differ"
        )


def _check_spot(request: dict[str, Any], condition: dict[str, Any]) -> None:
    if request.get("EnableManagedSpotTraining") and request["ResourceConfig"].get(
        "KeepAlivePeriodInSeconds"
    ):
        # SageMaker guide, "Train Using SageMaker Managed Warm Pools".
        raise invalid("KeepAlivePeriodInSeconds is not supported with EnableManagedSpotTraining.")
    spot, wait = request.get("EnableManagedSpotTraining"), condition.get("MaxWaitTimeInSeconds")
    if wait is not None and not spot:
        raise invalid("MaxWaitTimeInSeconds above 0 is not supported for on-demand training jobs.")
    if spot and (wait is None or wait < condition["MaxRuntimeInSeconds"]):
        raise invalid(
            "EnableManagedSpotTraining needs a MaxWaitTimeInSeconds that is at least "
            f"MaxRuntimeInSeconds ({condition['MaxRuntimeInSeconds']}), got {wait}."
        )


def _check_inputs(client: Any, request: dict[str, Any]) -> None:
    """Check that the inputs exist in S3, as SageMaker does before it accepts a job."""
    for channel in request.get("InputDataConfig") or ():
        source = channel["DataSource"].get("S3DataSource")
        if source is None:
            raise invalid(
                f"Channel {channel['ChannelName']!r}: DataSource.S3DataSource is required."
            )
        try:
            s3_data.list_objects(client, source)
        except JobError as error:
            raise invalid(str(error).removeprefix("ClientError: ")) from error
    try:
        s3_data.S3Uri.parse(request["OutputDataConfig"]["S3OutputPath"])
    except JobError as error:
        raise invalid(f"OutputDataConfig.S3OutputPath: {error}") from error
