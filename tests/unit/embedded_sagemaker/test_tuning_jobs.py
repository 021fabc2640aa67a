"""Tuning jobs: what is refused, and how a job ends whose trials fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.waiting import until

_RATE = {"Name": "rate", "MinValue": "0.001", "MaxValue": "0.5"}


@pytest.fixture
def request_of(training_request: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """A CreateHyperParameterTuningJob request; keyword arguments change its configuration."""
    definition = {k: v for k, v in training_request.items() if k != "TrainingJobName"}
    definition["AlgorithmSpecification"]["MetricDefinitions"] = [
        {"Name": "score", "Regex": "score=(.*)"}
    ]

    def build(name: str, **config: Any) -> dict[str, Any]:
        return {
            "HyperParameterTuningJobName": name,
            "HyperParameterTuningJobConfig": {
                "Strategy": "Random",
                "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 2},
                "ParameterRanges": {"ContinuousParameterRanges": [_RATE]},
                **config,
            },
            "TrainingJobDefinition": definition,
        }

    return build


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Strategy": "Grid"}, "only categorical"),
        ({"Strategy": "Hyperband"}, "MaxResource is required"),
        (
            {
                "ParameterRanges": {
                    "ContinuousParameterRanges": [_RATE | {"Name": f"r{n}"} for n in range(21)]
                }
            },
            "1 to 20 ranges",
        ),
        (
            {"ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 2}},
            "must be at most",
        ),
        (
            {"HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "other"}},
            "must be one of MetricDefinitions",
        ),
        ({"RandomSeed": 2**31}, "RandomSeed must be at most 2147483647"),
    ],
)
def test_what_cannot_run_is_refused(
    sagemaker: Any,
    refusal: Callable[..., str],
    request_of: Callable[..., dict[str, Any]],
    change: dict[str, Any],
    words: str,
) -> None:
    request = request_of("refused", **change)
    assert words in refusal(sagemaker.create_hyper_parameter_tuning_job, **request)
    listed = sagemaker.list_hyper_parameter_tuning_jobs(NameContains="refused")
    assert listed["HyperParameterTuningJobSummaries"] == []


def test_a_job_whose_trials_all_fail_is_failed_and_lists_them(
    sagemaker: Any, request_of: Callable[..., dict[str, Any]]
) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**request_of("failing"))
    name = {"HyperParameterTuningJobName": "failing"}

    def ended() -> Any:
        answer = sagemaker.describe_hyper_parameter_tuning_job(**name)
        return answer if answer["HyperParameterTuningJobStatus"] != "InProgress" else None

    job = until(ended, 20, "the tuning job has ended")
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("All training jobs failed")
    assert job["TrainingJobStatusCounters"]["NonRetryableError"] == 2
    trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(**name)
    for trial in trials["TrainingJobSummaries"]:
        assert 0.001 <= float(trial["TunedHyperParameters"]["rate"]) <= 0.5
        described = sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])
        assert described["TuningJobArn"] == job["HyperParameterTuningJobArn"]
    assert len(trials["TrainingJobSummaries"]) == 2
