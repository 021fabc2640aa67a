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
        (
            {"Strategy": "Hyperband"},
            "Strategy = 'Hyperband'; it supports 'Bayesian', 'Random', 'Grid'",
        ),
        (
            {"StrategyConfig": {"HyperbandStrategyConfig": {"MaxResource": 9}}},
            "does not support CreateHyperParameterTuningJob.HyperParameterTuningJobConfig.Strategy",
        ),
        (
            {
                "ParameterRanges": {
                    "ContinuousParameterRanges": [_RATE | {"Name": f"r{n}"} for n in range(16)],
                    "IntegerParameterRanges": [
                        {"Name": f"n{n}", "MinValue": "1", "MaxValue": "9"} for n in range(15)
                    ],
                }
            },
            "1 to 30 ranges",
        ),
        (
            {"ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 2}},
            "must be at most",
        ),
        (
            {"HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "other"}},
            "must be one of MetricDefinitions",
        ),
        (
            {"ResourceLimits": {"MaxNumberOfTrainingJobs": 751, "MaxParallelTrainingJobs": 2}}
            | {"Strategy": "Bayesian"},
            "ResourceLimitExceeded: A tuning job of the Bayesian strategy has at most 750",
        ),
        (
            {
                "Strategy": "Grid",
                "ResourceLimits": {"MaxParallelTrainingJobs": 2},
                "ParameterRanges": {
                    "CategoricalParameterRanges": [
                        {"Name": name, "Values": [str(n) for n in range(30)]} for name in "abcdef"
                    ]
                },
            },
            "has at most 750 training jobs, got 729000000",
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


_ONE, _TYPE = {"InstanceCount": 1, "VolumeSizeInGB": 10}, {"InstanceType": "ml.m5.large"}


@pytest.mark.parametrize(
    ("resources", "words"),
    [
        ({}, "needs either ResourceConfig or HyperParameterTuningResourceConfig"),
        (
            {
                "ResourceConfig": {**_ONE, **_TYPE},
                "HyperParameterTuningResourceConfig": {"InstanceConfigs": [{**_ONE, **_TYPE}]},
            },
            "needs either ResourceConfig or HyperParameterTuningResourceConfig",
        ),
        (
            {
                "HyperParameterTuningResourceConfig": {
                    "InstanceConfigs": [{**_ONE, **_TYPE}],
                    **_TYPE,
                }
            },
            "InstanceConfigs excludes InstanceType",
        ),
        (
            {
                "HyperParameterTuningResourceConfig": {
                    "InstanceConfigs": [
                        {**_ONE, **_TYPE},
                        {**_ONE, "InstanceType": "ml.g5.xlarge"},
                    ],
                    "VolumeKmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1234",
                }
            },
            "VolumeKmsKeyId is not supported for instance type ml.g5.xlarge",
        ),
    ],
)
def test_instance_types_are_given_one_way_and_share_a_key(
    sagemaker: Any,
    refusal: Callable[..., str],
    request_of: Callable[..., dict[str, Any]],
    resources: dict[str, Any],
    words: str,
) -> None:
    request = request_of("refused")
    definition = {
        k: v for k, v in request["TrainingJobDefinition"].items() if k != "ResourceConfig"
    }
    request["TrainingJobDefinition"] = {**definition, **resources}
    assert words in refusal(sagemaker.create_hyper_parameter_tuning_job, **request)


def _ended(sagemaker: Any, name: str) -> dict[str, Any]:
    def ended() -> Any:
        answer = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        return answer if answer["HyperParameterTuningJobStatus"] != "InProgress" else None

    answer: dict[str, Any] = until(ended, 20, "the tuning job has ended")
    return answer


@pytest.fixture
def parent(sagemaker: Any, request_of: Callable[..., dict[str, Any]]) -> str:
    """A tuning job that has ended."""
    name = "parent"
    listed = sagemaker.list_hyper_parameter_tuning_jobs(NameContains=name)
    if not listed["HyperParameterTuningJobSummaries"]:
        sagemaker.create_hyper_parameter_tuning_job(**request_of(name))
    _ended(sagemaker, name)
    return name


def _started_from(request: dict[str, Any], parent: str, kind: str) -> dict[str, Any]:
    parents = [{"HyperParameterTuningJobName": parent}]
    return {
        **request,
        "WarmStartConfig": {"ParentHyperParameterTuningJobs": parents, "WarmStartType": kind},
    }


@pytest.mark.parametrize("kind", ["IdenticalDataAndAlgorithm", "TransferLearning"])
@pytest.mark.parametrize(
    ("objective", "static", "words"),
    [
        ({"Type": "Minimize", "MetricName": "score"}, {}, "needs the objective metric of 'parent'"),
        ({"Type": "Maximize", "MetricName": "other"}, {}, "needs the objective metric of 'parent'"),
        ({"Type": "Maximize", "MetricName": "score"}, {"depth": "3"}, "'parent' has, 1; got 2"),
    ],
)
def test_a_warm_start_needs_the_objective_and_as_many_hyperparameters(
    sagemaker: Any,
    refusal: Callable[..., str],
    request_of: Callable[..., dict[str, Any]],
    parent: str,
    kind: str,
    objective: dict[str, str],
    static: dict[str, str],
    words: str,
) -> None:
    request = request_of("refused", HyperParameterTuningJobObjective=objective)
    definition = request["TrainingJobDefinition"]
    definition["StaticHyperParameters"] = static
    metrics = definition["AlgorithmSpecification"]["MetricDefinitions"]
    metrics.append({"Name": "other", "Regex": "other=(.*)"})
    refused = refusal(
        sagemaker.create_hyper_parameter_tuning_job, **_started_from(request, parent, kind)
    )
    assert words in refused


def test_a_warm_start_may_turn_what_is_tuned_into_what_is_static(
    sagemaker: Any, request_of: Callable[..., dict[str, Any]]
) -> None:
    two = [_RATE, _RATE | {"Name": "other"}]
    request = request_of("of-two", ParameterRanges={"ContinuousParameterRanges": two})
    sagemaker.create_hyper_parameter_tuning_job(**request)
    _ended(sagemaker, "of-two")
    request = request_of("of-one")
    request["TrainingJobDefinition"]["StaticHyperParameters"] = {"other": "0.1"}
    request = _started_from(request, "of-two", "TransferLearning")
    assert sagemaker.create_hyper_parameter_tuning_job(**request)["HyperParameterTuningJobArn"]


def test_lists_are_sorted_by_name_unless_they_are_asked_otherwise(
    sagemaker: Any, request_of: Callable[..., dict[str, Any]]
) -> None:
    for name in ("listed-b", "listed-c", "listed-a"):
        sagemaker.create_hyper_parameter_tuning_job(**request_of(name))

    def listed(**asked: str) -> list[str]:
        answer = sagemaker.list_hyper_parameter_tuning_jobs(NameContains="listed-", **asked)
        names = [
            entry["HyperParameterTuningJobName"]
            for entry in answer["HyperParameterTuningJobSummaries"]
        ]
        return [name.removeprefix("listed-") for name in names]

    assert listed() == ["a", "b", "c"]
    assert listed(SortBy="CreationTime") == ["b", "c", "a"]
    assert listed(SortBy="CreationTime", SortOrder="Descending") == ["a", "c", "b"]
    _ended(sagemaker, "listed-a")
    trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="listed-a"
    )["TrainingJobSummaries"]
    names = [trial["TrainingJobName"] for trial in trials]
    assert names == sorted(names)
    assert len(names) == 2


def test_a_job_whose_trials_all_fail_is_failed_and_lists_them(
    sagemaker: Any, request_of: Callable[..., dict[str, Any]]
) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**request_of("failing"))
    name = {"HyperParameterTuningJobName": "failing"}
    job = _ended(sagemaker, "failing")
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("All training jobs failed")
    assert job["TrainingJobStatusCounters"]["NonRetryableError"] == 2
    trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(**name)
    for trial in trials["TrainingJobSummaries"]:
        assert 0.001 <= float(trial["TunedHyperParameters"]["rate"]) <= 0.5
        described = sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])
        assert described["TuningJobArn"] == job["HyperParameterTuningJobArn"]
    assert len(trials["TrainingJobSummaries"]) == 2


@pytest.mark.parametrize(("metric", "is_known"), [("validation:rmse", True), ("rmse", False)])
def test_trials_of_an_algorithm_are_compared_by_its_own_metrics(
    sagemaker: Any,
    request_of: Callable[..., dict[str, Any]],
    refusal: Callable[..., str],
    metric: str,
    is_known: bool,
) -> None:
    objective = {"Type": "Minimize", "MetricName": metric}
    request = request_of(
        f"algorithm-{is_known}".lower(), HyperParameterTuningJobObjective=objective
    )
    request["TrainingJobDefinition"]["AlgorithmSpecification"] = {
        "TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
        "TrainingInputMode": "File",
    }
    if not is_known:
        text = refusal(sagemaker.create_hyper_parameter_tuning_job, **request)
        assert "must be one of MetricDefinitions" in text
        return
    sagemaker.create_hyper_parameter_tuning_job(**request)
    name = request["HyperParameterTuningJobName"]
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
