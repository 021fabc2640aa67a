"""The record of a training job and its DescribeTrainingJob answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from embedded_aws.sagemaker.job_record import JobRecord
from embedded_aws.sagemaker.state import now
from embedded_aws.sagemaker.training.metric_definitions import MetricReader

KIND = "training-job"
_DEFAULT_MAX_RUNTIME_SECONDS = 86400
_MESSAGES = {
    "Starting": "Starting the training job",
    "Downloading": "Downloading input data",
    "Training": "Training job in progress",
    "Interrupted": "Training job interrupted: its spot instances were reclaimed",
    "Stopping": "Stopping the training job",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
    "MaxWaitTimeExceeded": "Training job wait time exceeded MaxWaitTimeInSeconds provided",
}
_STOPPED = ("MaxRuntimeExceeded", "MaxWaitTimeExceeded")
_NO_CAPACITY = "Insufficient capacity error from EC2 while launching instances, retrying!"
_WITHOUT_INSTANCE = ("Starting", "Interrupted")
# What spot instances save varies by type, zone and hour, up to 90 % (developer guide, "Use Managed
# Spot Training in Amazon SageMaker"); here it is always so much.
_SPOT_SAVING = 0.7


@dataclass
class TrainingJob(JobRecord):
    """A training job and its status."""

    NOUN = "training job"

    image: str = ""  # that of the request, or of the algorithm resource that it names
    metrics: MetricReader = field(default_factory=lambda: MetricReader(()))
    secondary_status: str = ""
    transitions: list[dict[str, Any]] = field(default_factory=list)
    artifact: str | None = None
    tuning_job_arn: str | None = None  # of a tuning job's trial
    reused_by: str | None = None  # the job that got this one's instances, and when
    reused_at: datetime | None = None

    @property
    def max_runtime_seconds(self) -> int:
        """Return StoppingCondition.MaxRuntimeInSeconds, or its default of a day."""
        condition = self.request.get("StoppingCondition") or {}
        return int(condition.get("MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME_SECONDS))

    @property
    def max_wait_seconds(self) -> int | None:
        """Return StoppingCondition.MaxWaitTimeInSeconds, which spot jobs have."""
        seconds = (self.request.get("StoppingCondition") or {}).get("MaxWaitTimeInSeconds")
        return None if seconds is None else int(seconds)

    def enter(self, secondary_status: str) -> None:
        """Enter a secondary status; the primary one follows from it."""
        self._enter(secondary_status)
        self.announce()

    def say_no_capacity(self) -> None:
        """Say of the current status that spot instances are being waited for."""
        with self.lock:
            self.transitions[-1]["StatusMessage"] = _NO_CAPACITY

    def _enter(self, secondary_status: str) -> None:
        with self.lock:
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
            if secondary_status == "Downloading" and self.started is None:
                self.started = time

    def end(self, status: str, failure_reason: str | None = None) -> None:
        """Record the final status: Completed, Failed, Stopped, Max(Runtime|WaitTime)Exceeded."""
        self._enter(status)
        with self.lock:
            self.ended = self.modified
            self.transitions[-1]["EndTime"] = self.modified
            if failure_reason is not None:
                self.transitions[-1]["StatusMessage"] = failure_reason
                self.failure_reason = failure_reason
            self.status = "Stopped" if status in _STOPPED else status
        self.announce()

    def request_stop(self) -> None:
        """Request that the job stops. Raises ApiError when it has ended."""
        self._mark_stopping()
        self.enter("Stopping")
        self.stop.set()

    def describe(self) -> dict[str, Any]:
        """Return DescribeTrainingJob's answer."""
        with self.lock:
            answer = self.described() | {
                "TrainingJobArn": self.arn,
                "TrainingJobStatus": self.status,
                "SecondaryStatus": self.secondary_status,
                "SecondaryStatusTransitions": [dict(item) for item in self.transitions],
                "CreationTime": self.created,
                "LastModifiedTime": self.modified,
                "ProfilingStatus": "Disabled",
            }
            optional = {
                "FailureReason": self.failure_reason,
                "TuningJobArn": self.tuning_job_arn,
                "FinalMetricDataList": self.metrics.final_metrics() or None,
                "TrainingStartTime": self.started,
                "TrainingEndTime": self.ended,
                "ModelArtifacts": self.artifact and {"S3ModelArtifacts": self.artifact},
            }
            answer |= {name: value for name, value in optional.items() if value is not None}
            if self.started and self.ended:
                seconds = max(1, round(self._seconds_on_instances()))
                share = 1 - _SPOT_SAVING if self.request.get("EnableManagedSpotTraining") else 1
                billable = max(1, round(seconds * share))
                answer |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": billable}
        self._add_defaults(answer)
        return answer

    def _seconds_on_instances(self) -> float:
        lasted: list[timedelta] = [
            item["EndTime"] - item["StartTime"]
            for item in self.transitions
            if item["Status"] not in _WITHOUT_INSTANCE
        ]
        return sum(lasted, timedelta()).total_seconds()

    def _add_defaults(self, answer: dict[str, Any]) -> None:
        """Add what AWS answers where the request said nothing.

        Source: the output of `aws sagemaker describe-training-job` in the README of
        schematical/sc-terraform. The SageMaker SDK's `Estimator.attach` reads KmsKeyId always.
        """
        for member, defaults in (
            ("AlgorithmSpecification", {"EnableSageMakerMetricsTimeSeries": False}),
            ("OutputDataConfig", {"KmsKeyId": ""}),
            ("StoppingCondition", {"MaxRuntimeInSeconds": self.max_runtime_seconds}),
        ):
            answer[member] = {**defaults, **(answer.get(member) or {})}
        if answer.get("InputDataConfig"):
            formats = {"CompressionType": "None", "RecordWrapperType": "None"}
            answer["InputDataConfig"] = [formats | item for item in answer["InputDataConfig"]]
        for switch in (
            "EnableNetworkIsolation",
            "EnableInterContainerTrafficEncryption",
            "EnableManagedSpotTraining",
        ):
            answer.setdefault(switch, False)

    def summarize(self) -> dict[str, Any]:
        """Return the job's entry in ListTrainingJobs."""
        summary = {
            "TrainingJobName": self.name,
            "TrainingJobArn": self.arn,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
            "TrainingJobStatus": self.status,
            "SecondaryStatus": self.secondary_status,
        }
        return summary if self.ended is None else summary | {"TrainingEndTime": self.ended}
