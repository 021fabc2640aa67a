"""Read and stop SageMaker's tuning jobs.

The functions may only touch tuning jobs that an execution of their state machine has made. Of one
that does not exist, SageMaker denies the call instead of saying that there is nothing.
"""

from typing import Any

from botocore.exceptions import ClientError

from autogluon_lambdas.adapters.sagemaker_registry import is_absent
from autogluon_lambdas.models.trial import Trial


class SageMakerTuningJobs:
    """A `TuningJobs` over boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def trials(self, name: str) -> list[Trial]:
        """Return all trials of a tuning job, in no order."""
        pages = self._client.get_paginator(
            "list_training_jobs_for_hyper_parameter_tuning_job"
        ).paginate(HyperParameterTuningJobName=name)
        return [_trial(job) for page in pages for job in page["TrainingJobSummaries"]]

    def stop(self, name: str) -> None:
        """Stop a tuning job that runs; one that has ended, or never was, is fine."""
        try:
            job = self._client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        except ClientError as error:
            if is_absent(error) or error.response["Error"]["Code"] == "AccessDeniedException":
                return
            raise
        if job["HyperParameterTuningJobStatus"] == "InProgress":
            self._client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def _trial(job: dict[str, Any]) -> Trial:
    metric = job.get("FinalHyperParameterTuningJobObjectiveMetric")
    return Trial(
        name=job["TrainingJobName"],
        status=job["TrainingJobStatus"],
        created=job["CreationTime"],
        started=job.get("TrainingStartTime"),
        ended=job.get("TrainingEndTime"),
        objective=None if metric is None else metric["Value"],
        values=job["TunedHyperParameters"],
        failure=job.get("FailureReason"),
    )
