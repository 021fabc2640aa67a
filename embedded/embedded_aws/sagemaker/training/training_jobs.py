"""Training jobs as the API shows them: create, describe, list, stop, delete."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.errors import JobError, invalid, job_in_use
from embedded_aws.sagemaker.instance_types import check_volume_key
from embedded_aws.sagemaker.listing import list_page
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore, now, tags_of
from embedded_aws.sagemaker.training.metric_definitions import MetricReader
from embedded_aws.sagemaker.training.training_run import TrainingRun

KIND = "training-job"
_DEFAULT_MAX_RUNTIME_SECONDS = 86400
_MESSAGES = {
    "Starting": "Starting the training job",
    "Downloading": "Downloading input data",
    "Training": "Training job in progress",
    "Stopping": "Stopping the training job",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
}


@dataclass
class TrainingJob(Record):
    """A training job and where it stands."""

    region: str = ""
    metrics: MetricReader = field(default_factory=lambda: MetricReader(()))
    stop: threading.Event = field(default_factory=threading.Event)
    secondary_status: str = ""
    transitions: list[dict[str, Any]] = field(default_factory=list)
    failure_reason: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    artifact: str | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def max_runtime_seconds(self) -> int:
        """StoppingCondition.MaxRuntimeInSeconds, or its default of a day."""
        condition = self.request.get("StoppingCondition") or {}
        return int(condition.get("MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME_SECONDS))

    def enter(self, secondary_status: str) -> None:
        """Go on to a secondary status; the primary one follows from it."""
        with self._lock:
            time = now()
            if self.transitions:
                self.transitions[-1]["EndTime"] = time
            self.transitions.append(
                {
                    "Status": secondary_status,
                    "StartTime": time,
                    "StatusMessage": _MESSAGES[secondary_status],
                }
            )
            self.secondary_status = secondary_status
            self.modified = time
            if secondary_status == "Downloading":
                self.started = time

    def end(self, secondary_status: str, failure_reason: str | None = None) -> None:
        """Reach a final status: Completed, Failed, Stopped or MaxRuntimeExceeded."""
        self.enter(secondary_status)
        with self._lock:
            self.ended = self.modified
            self.transitions[-1]["EndTime"] = self.modified
            if failure_reason is not None:
                self.transitions[-1]["StatusMessage"] = failure_reason
                self.failure_reason = failure_reason
            stopped = secondary_status == "MaxRuntimeExceeded"
            self.status = "Stopped" if stopped else secondary_status

    def request_stop(self) -> None:
        """Ask the run to stop. Raises ApiError when the job has ended."""
        with self._lock:
            if self.status != "InProgress":
                raise invalid(
                    f"The request was rejected because the training job is in status {self.status}."
                )
            self.status = "Stopping"
        self.enter("Stopping")
        self.stop.set()

    def describe(self) -> dict[str, Any]:
        """DescribeTrainingJob's answer."""
        with self._lock:
            answer = self.described() | {
                "TrainingJobArn": self.arn,
                "TrainingJobStatus": self.status,
                "SecondaryStatus": self.secondary_status,
                "SecondaryStatusTransitions": [dict(item) for item in self.transitions],
                "CreationTime": self.created,
                "LastModifiedTime": self.modified,
                "FinalMetricDataList": self.metrics.final_metrics(),
            }
            optional = {
                "FailureReason": self.failure_reason,
                "TrainingStartTime": self.started,
                "TrainingEndTime": self.ended,
                "ModelArtifacts": self.artifact and {"S3ModelArtifacts": self.artifact},
            }
            answer |= {name: value for name, value in optional.items() if value is not None}
            if self.started and self.ended:
                seconds = max(1, round((self.ended - self.started).total_seconds()))
                answer |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
        answer.setdefault("StoppingCondition", {"MaxRuntimeInSeconds": self.max_runtime_seconds})
        for switch in (
            "EnableNetworkIsolation",
            "EnableInterContainerTrafficEncryption",
            "EnableManagedSpotTraining",
        ):
            answer.setdefault(switch, False)
        return answer

    def summarize(self) -> dict[str, Any]:
        """One entry of ListTrainingJobs."""
        summary = {
            "TrainingJobName": self.name,
            "TrainingJobArn": self.arn,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
            "TrainingJobStatus": self.status,
            "SecondaryStatus": self.secondary_status,
        }
        return summary if self.ended is None else summary | {"TrainingEndTime": self.ended}


class TrainingJobs:
    """The operations on training jobs."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service

    def operations(self) -> dict[str, Operation]:
        """By API name."""
        return {
            "CreateTrainingJob": self._create,
            "DescribeTrainingJob": lambda call: self._find(call).describe(),
            "ListTrainingJobs": self._list,
            "StopTrainingJob": self._stop,
            "DeleteTrainingJob": self._delete,
        }

    def _create(self, call: ApiCall) -> dict[str, Any]:
        request, store = call.params, self._service.region(call.region)
        name = request["TrainingJobName"]
        _check(request)
        metrics = MetricReader(request["AlgorithmSpecification"].get("MetricDefinitions") or ())
        credentials = self._service.assume(request["RoleArn"], name, store.arn(KIND, name))
        client = self._service.runtime.client("s3", credentials, call.region)
        _check_inputs(client, request)
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
                region=call.region,
                metrics=metrics,
            )
            job.enter("Starting")
            table[name] = job
        self._service.say(f"training job {name} started")
        run = TrainingRun(self._service, job, credentials)
        self._service.start(f"training-{name}", run.run)
        return {"TrainingJobArn": job.arn}

    def _list(self, call: ApiCall) -> dict[str, Any]:
        if call.params.get("WarmPoolStatusEquals") or call.params.get("TrainingPlanArnEquals"):
            return {"TrainingJobSummaries": []}  # warm pools and plans are refused: none has one
        return list_page(
            call,
            _jobs(self._service.region(call.region)).values(),
            "TrainingJobSummaries",
            TrainingJob.summarize,
            descending=False,
        )

    def _stop(self, call: ApiCall) -> None:
        self._find(call).request_stop()

    def _delete(self, call: ApiCall) -> None:
        job = self._find(call)
        if job.status in {"InProgress", "Stopping"}:
            raise invalid(f"Training job {job.name} is {job.status}; only an ended one is deleted.")
        with self._service.region(call.region).lock:
            del self._service.region(call.region).table(KIND)[job.name]

    def _find(self, call: ApiCall) -> TrainingJob:
        job = _jobs(self._service.region(call.region)).get(call.params["TrainingJobName"])
        if job is None:
            raise invalid("Requested resource not found.")
        return job


def _jobs(store: RegionStore) -> dict[str, TrainingJob]:
    return cast(dict[str, TrainingJob], store.table(KIND))


def _check(request: dict[str, Any]) -> None:
    """Refuse what SageMaker refuses although its model allows it."""
    resources = request.get("ResourceConfig") or {}
    for member in ("InstanceType", "InstanceCount", "VolumeSizeInGB"):
        if resources.get(member) is None:
            raise invalid(f"ResourceConfig.{member} is required.")
    check_volume_key(
        "VolumeKmsKeyId", resources.get("VolumeKmsKeyId"), resources.get("InstanceType")
    )
    algorithm = request.get("AlgorithmSpecification") or {}
    if not algorithm.get("TrainingImage"):
        raise invalid("AlgorithmSpecification.TrainingImage is required.")
    channels = [channel["ChannelName"] for channel in request.get("InputDataConfig") or ()]
    if len(set(channels)) != len(channels):
        raise invalid(f"InputDataConfig: channel names must be unique, got {channels}.")
    condition = request.get("StoppingCondition") or {}
    if not condition.get("MaxRuntimeInSeconds"):
        raise invalid("StoppingCondition.MaxRuntimeInSeconds is required.")
    _check_spot(request, condition)


def _check_spot(request: dict[str, Any], condition: dict[str, Any]) -> None:
    spot, wait = request.get("EnableManagedSpotTraining"), condition.get("MaxWaitTimeInSeconds")
    if wait is not None and not spot:
        raise invalid("MaxWaitTimeInSeconds above 0 is not supported for on-demand training jobs.")
    if spot and (wait is None or wait < condition["MaxRuntimeInSeconds"]):
        raise invalid(
            "EnableManagedSpotTraining needs a MaxWaitTimeInSeconds that is at least "
            f"MaxRuntimeInSeconds ({condition['MaxRuntimeInSeconds']}), got {wait}."
        )


def _check_inputs(client: Any, request: dict[str, Any]) -> None:
    """SageMaker looks into S3 before it accepts a job."""
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
