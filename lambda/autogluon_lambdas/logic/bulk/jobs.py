"""Read the processing jobs of a bulk batch: one, or those of a Map Run's results."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.batch.summary_head import require_completed
from autogluon_lambdas.models.errors import BatchFailedError
from autogluon_lambdas.models.events.times import epoch_seconds
from autogluon_lambdas.ports import NotReadableError, ObjectStore

_LARGEST_RESULTS_BYTES = 256_000_000


@dataclass(frozen=True)
class FinishedJob:
    """A completed processing job; times in epoch seconds, None where SageMaker gave none."""

    name: str
    instance_type: str
    started: float | None
    ended: float | None


def finished_jobs(store: ObjectStore, event: Mapping[str, Any]) -> list[FinishedJob]:
    """Return the jobs of `{"processing_job"}` or of `{"group_results"}`, sorted by name.

    Raises BatchFailedError when one did not complete, or the Map Run's results cannot be read.
    """
    if "processing_job" in event:
        descriptions = [event["processing_job"]]
    else:
        descriptions = list(_descriptions(store, event["group_results"]))
    for job in descriptions:
        require_completed("Processing", job)
    jobs = [
        FinishedJob(
            job["ProcessingJobName"],
            job["ProcessingResources"]["ClusterConfig"]["InstanceType"],
            epoch_seconds(job.get("ProcessingStartTime")),
            epoch_seconds(job.get("ProcessingEndTime")),
        )
        for job in descriptions
    ]
    return sorted(jobs, key=lambda job: job.name)


def seconds_of_all(jobs: list[FinishedJob]) -> float | None:
    """Return the seconds from the start of the first job to the end of the last."""
    starts = [job.started for job in jobs if job.started is not None]
    ends = [job.ended for job in jobs if job.ended is not None]
    return round(max(ends) - min(starts), 3) if starts and ends else None


def _descriptions(store: ObjectStore, results: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    manifest = _read(store, S3Location(results["Bucket"], results["Key"]))
    for file in manifest["ResultFiles"]["SUCCEEDED"]:
        for child in _read(store, S3Location(results["Bucket"], file["Key"])):
            yield json.loads(child["Output"])


def _read(store: ObjectStore, location: S3Location) -> Any:
    try:
        return json.loads(store.read(location, 0, _LARGEST_RESULTS_BYTES))
    except NotReadableError as error:
        raise BatchFailedError(
            f"The results of the batch's Map Run cannot be read ({error.location.uri}: "
            f"{error.reason}).",
            advice="Start the batch again.",
        ) from error
