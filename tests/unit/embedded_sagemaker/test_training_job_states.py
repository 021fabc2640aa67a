"""A training job's way through its statuses, without a run."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from moto.core.utils import get_service_model

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.training.training_job import TrainingJob
from tests.waiting import until


@pytest.fixture
def job() -> TrainingJob:
    job = TrainingJob("j", "arn:j", {"TrainingJobName": "j"}, status="InProgress")
    job.enter("Starting")
    return job


def _statuses(job: TrainingJob) -> list[str]:
    return [item["Status"] for item in job.describe()["SecondaryStatusTransitions"]]


def test_every_step_is_recorded_with_its_times(job: TrainingJob) -> None:
    for status in ("Downloading", "Training", "Uploading"):
        job.enter(status)
    job.end("Completed")
    described = job.describe()
    assert described["TrainingJobStatus"] == described["SecondaryStatus"] == "Completed"
    assert _statuses(job) == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    transitions = described["SecondaryStatusTransitions"]
    for step, following in itertools.pairwise(transitions):
        assert step["EndTime"] == following["StartTime"]
    assert described["BillableTimeInSeconds"] >= 1


def test_a_description_has_the_defaults_that_aws_adds() -> None:
    request = {
        "TrainingJobName": "j",
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "InputDataConfig": [{"ChannelName": "train", "CompressionType": "Gzip"}],
        "OutputDataConfig": {"S3OutputPath": "s3://b"},
        "ResourceConfig": {"InstanceType": "ml.m5.large"},
    }
    job = TrainingJob("j", "arn:j", request, status="InProgress")
    job.enter("Starting")
    described = job.describe()
    assert described["OutputDataConfig"] == {"KmsKeyId": "", "S3OutputPath": "s3://b"}
    assert described["AlgorithmSpecification"]["EnableSageMakerMetricsTimeSeries"] is False
    assert described["InputDataConfig"] == [
        {"ChannelName": "train", "CompressionType": "Gzip", "RecordWrapperType": "None"}
    ]
    assert described["ProfilingStatus"] == "Disabled"
    assert "FinalMetricDataList" not in described  # nothing was measured
    answered = get_service_model("sagemaker").operation_model("DescribeTrainingJob").output_shape
    missing = set(answered.required_members) - set(described)
    assert missing == {"ModelArtifacts"}  # AWS has none before the job has uploaded them


def test_a_failure_keeps_its_reason_in_both_places(job: TrainingJob) -> None:
    job.end("Failed", "AlgorithmError: x")
    described = job.describe()
    assert described["FailureReason"] == "AlgorithmError: x"
    assert described["SecondaryStatusTransitions"][-1]["StatusMessage"] == "AlgorithmError: x"
    assert "BillableTimeInSeconds" not in described  # it never started


def test_running_out_of_time_is_stopped_with_its_own_secondary_status(job: TrainingJob) -> None:
    job.end("MaxRuntimeExceeded")
    assert (job.status, job.secondary_status) == ("Stopped", "MaxRuntimeExceeded")


def test_a_spot_job_that_waited_too_long_is_stopped_without_a_reason(job: TrainingJob) -> None:
    job.end("MaxWaitTimeExceeded")
    described = job.describe()
    assert (described["TrainingJobStatus"], described["SecondaryStatus"]) == (
        "Stopped",
        "MaxWaitTimeExceeded",
    )
    assert not {"FailureReason", "TrainingStartTime", "BillableTimeInSeconds"} & described.keys()


def test_a_spot_job_pays_less_for_the_time_on_its_instances_alone() -> None:
    request = {"TrainingJobName": "j", "EnableManagedSpotTraining": True}
    job = TrainingJob("j", "arn:j", request, status="InProgress")
    steps = ["Starting", "Downloading", "Training", "Interrupted", "Starting", "Training"]
    for status in steps:
        job.enter(status)
    job.end("Completed")
    began = job.transitions[0]["StartTime"]
    for position, step in enumerate(job.transitions):
        step["StartTime"] = began + timedelta(seconds=100 * position)
        step["EndTime"] = began + timedelta(seconds=100 * (position + 1))
    job.transitions[-1]["EndTime"] = job.transitions[-1]["StartTime"]

    described = job.describe()

    assert described["TrainingTimeInSeconds"] == 300
    assert described["BillableTimeInSeconds"] == 90


def test_stopping_twice_is_refused(job: TrainingJob) -> None:
    job.request_stop()
    assert job.stop.is_set()
    assert job.status == "Stopping"
    with pytest.raises(ApiError, match="in status Stopping"):
        job.request_stop()


def test_an_ended_job_is_described_listed_and_its_name_stays_taken(
    sagemaker: Any, training_request: dict[str, Any], refusal: Callable[..., str]
) -> None:
    sagemaker.create_training_job(**training_request)

    def ended() -> Any:
        found = sagemaker.describe_training_job(TrainingJobName="unit")
        return None if found["TrainingJobStatus"] == "InProgress" else found

    described = until(ended, 10, "the job has ended")
    assert described["FailureReason"].startswith("ClientError: the embedded AWS has no container")
    assert (
        described["InputDataConfig"][0]["DataSource"]
        == training_request["InputDataConfig"][0]["DataSource"]
    )
    listed = sagemaker.list_training_jobs(NameContains="unit", StatusEquals="Failed")
    assert [item["TrainingJobName"] for item in listed["TrainingJobSummaries"]] == ["unit"]
    assert refusal(sagemaker.create_training_job, **training_request).startswith("ResourceInUse")
    sagemaker.delete_training_job(TrainingJobName="unit")
    assert sagemaker.list_training_jobs(NameContains="unit")["TrainingJobSummaries"] == []
