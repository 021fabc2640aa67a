"""Instances that stay after a training job, for the next one that is like it.

Source: SageMaker guide, "Train Using SageMaker Managed Warm Pools". Nothing here starts slowly, so
that a reuse saves no time; statuses, matching and billable seconds are SageMaker's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from embedded_aws.sagemaker.state import now
from embedded_aws.sagemaker.training.training_job import TrainingJob

# What has to be equal ("Requirements for matching training jobs"), besides the resources.
_ALIKE = ("RoleArn", "VpcConfig", "EnableInterContainerTrafficEncryption", "EnableNetworkIsolation")
_RESOURCES = ("InstanceType", "InstanceCount", "VolumeSizeInGB", "VolumeKmsKeyId")


def keep_alive_seconds(job: TrainingJob) -> int:
    """Return for how long a job's instances stay; 0 where they do not."""
    return int((job.request.get("ResourceConfig") or {}).get("KeepAlivePeriodInSeconds") or 0)


def reuse(jobs: Iterable[TrainingJob], job: TrainingJob) -> None:
    """Give a new job the instances of an earlier one that match, if any stay."""
    if not keep_alive_seconds(job):
        return
    kind = _kind(job)
    for other in jobs:
        if other is not job and status_of(other, now()) == "Available" and _kind(other) == kind:
            other.reused_by, other.reused_at = job.name, now()
            return


def status_of(job: TrainingJob, moment: datetime) -> str | None:
    """Return `InUse`, `Available`, `Reused` or `Terminated`; None of a job without a pool."""
    seconds = keep_alive_seconds(job)
    if not seconds or (job.ended is not None and job.started is None):
        return None
    if job.ended is None:
        return "InUse"
    if job.reused_by is not None:
        return "Reused"
    return "Available" if (moment - job.ended).total_seconds() < seconds else "Terminated"


def described(job: TrainingJob) -> dict[str, Any] | None:
    """Return DescribeTrainingJob's `WarmPoolStatus`; None of a job without a pool."""
    status = status_of(job, now())
    if status is None:
        return None
    answer: dict[str, Any] = {"Status": status}
    if job.ended is not None and status in ("Reused", "Terminated"):
        end = job.reused_at
        kept = keep_alive_seconds(job) if end is None else (end - job.ended).total_seconds()
        answer["ResourceRetainedBillableTimeInSeconds"] = round(kept)
    if job.reused_by is not None:
        answer["ReusedByJob"] = job.reused_by
    return answer


def _kind(job: TrainingJob) -> list[Any]:
    resources = job.request["ResourceConfig"]
    return [
        *(job.request.get(name) or None for name in _ALIKE),
        *(resources.get(name) for name in _RESOURCES),
    ]
