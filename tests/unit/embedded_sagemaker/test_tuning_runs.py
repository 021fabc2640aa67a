"""How tuning jobs search and end, with trials that a test's function carries out."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from typing import Any
from unittest import mock

import pytest

from embedded_aws.faults.fault import Fault
from embedded_aws.faults.injector import Faults
from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.training.metric_definitions import MetricReader
from embedded_aws.sagemaker.training.training_job import TrainingJob
from embedded_aws.sagemaker.tuning.ranges import parse_ranges
from embedded_aws.sagemaker.tuning.tuning_job import TuningJob
from embedded_aws.sagemaker.tuning.tuning_runner import TuningRunner

X = {"Name": "x", "MinValue": "0", "MaxValue": "1"}
SCORE = {"Name": "score", "Regex": "score=(.*)"}
Train = Callable[[int, dict[str, str]], Sequence[float] | Exception]


class Trials:
    """Training jobs that report what `train` says, one value per look, and then end.

    Args:
        train: gets the trial's number and its hyperparameters.
    """

    def __init__(self, train: Train) -> None:
        self._train = train
        self.jobs: list[TrainingJob] = []
        self._left: dict[str, list[float] | Exception] = {}

    def create(
        self, request: dict[str, Any], region: str, *, tuning_job_arn: str, faults: Any
    ) -> TrainingJob:
        del faults
        job = TrainingJob(
            name=request["TrainingJobName"],
            arn=f"arn:{request['TrainingJobName']}",
            request=request,
            status="InProgress",
            tags={},
            region=region,
            metrics=MetricReader([SCORE]),
            tuning_job_arn=tuning_job_arn,
        )
        found = self._train(len(self.jobs), request["HyperParameters"])
        self._left[job.name] = found if isinstance(found, Exception) else list(found)
        self.jobs.append(job)
        return job

    def pass_time(self, _seconds: float) -> None:
        """Let each running trial report its next value, or end."""
        for job in self.jobs:
            left = self._left[job.name]
            if job.status == "Stopping":
                job.end("Stopped")
            elif job.status == "InProgress" and isinstance(left, Exception):
                job.end("Failed", str(left))
            elif job.status == "InProgress" and not left:
                job.end("Completed")
            elif job.status == "InProgress":
                assert isinstance(left, list)
                job.metrics.read(f"score={left.pop(0)}")


def tuning_job(**config: Any) -> TuningJob:
    """A tuning job; `config` changes its HyperParameterTuningJobConfig."""
    return TuningJob(
        name="job",
        arn="arn:job",
        request={
            "HyperParameterTuningJobConfig": {
                "Strategy": "Random",
                "RandomSeed": 1,
                "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 10, "MaxParallelTrainingJobs": 1},
                "ParameterRanges": {"ContinuousParameterRanges": [X]},
                **config,
            },
            "TrainingJobDefinition": {"ResourceConfig": {}},
        },
        status="InProgress",
        tags={},
        region="us-east-1",
    )


def run(job: TuningJob, train: Train, faults: Faults | None = None) -> Trials:
    """Run a tuning job to its end."""
    trials = Trials(train)
    service = mock.Mock(closing=threading.Event())
    service.runtime.faults = faults or Faults(mock.Mock())
    ranges = parse_ranges(job.config)
    with mock.patch("embedded_aws.sagemaker.tuning.tuning_runner.time.sleep", trials.pass_time):
        TuningRunner(service, trials, job, ranges).run()  # type: ignore[arg-type]
    return trials


def tuned(train: Train, **config: Any) -> tuple[TuningJob, Trials]:
    """Run a tuning job of this configuration to its end."""
    job = tuning_job(**config)
    return job, run(job, train)


def test_each_combination_of_a_grid_is_tried_once() -> None:
    categories = [{"Name": "a", "Values": ["1", "2"]}, {"Name": "b", "Values": ["u", "v", "w"]}]
    job, _ = tuned(
        lambda number, _: [number],
        Strategy="Grid",
        ResourceLimits={"MaxParallelTrainingJobs": 2},
        ParameterRanges={"CategoricalParameterRanges": categories},
    )
    assert job.status == "Completed"
    tried = [(trial.chosen["a"], trial.chosen["b"]) for trial in job.trials]
    assert sorted(tried) == [(a, b) for a in "12" for b in "uvw"]


def test_a_trial_takes_the_first_type_that_has_capacity() -> None:
    job = tuning_job(ResourceLimits={"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 1})
    types = ("ml.m5.2xlarge", "ml.m5.4xlarge")
    job.request["TrainingJobDefinition"] = {
        "HyperParameterTuningResourceConfig": {
            "AllocationStrategy": "Prioritized",
            "InstanceConfigs": [{"InstanceType": name} for name in types],
            "VolumeKmsKeyId": "key",
        }
    }
    faults = Faults(mock.Mock())
    where = {"ResourceConfig.InstanceType": types[0]}
    faults.add(
        Fault(at="sagemaker:CreateTrainingJob", fault="capacity", where=where, skip=1, times=1)
    )

    trials = run(job, lambda number, _: [number], faults)

    used = [trial.request["ResourceConfig"] for trial in trials.jobs]
    assert [each["InstanceType"] for each in used] == [types[0], types[1], types[0]]
    assert {each["VolumeKmsKeyId"] for each in used} == {"key"}
    assert job.status == "Completed"


def test_a_target_ends_the_search() -> None:
    job, _ = tuned(
        lambda number, _: [number / 10],
        TuningJobCompletionCriteria={"TargetObjectiveMetricValue": 0.3},
    )
    assert (job.status, len(job.trials)) == ("Completed", 4)


def test_a_target_of_an_objective_to_minimize_is_reached_from_above() -> None:
    job, _ = tuned(
        lambda number, _: [9 - number],
        HyperParameterTuningJobObjective={"Type": "Minimize", "MetricName": "score"},
        TuningJobCompletionCriteria={"TargetObjectiveMetricValue": 7},
    )
    best = job.best(job.trials)
    assert best is not None
    assert (len(job.trials), best.value) == (3, 7)


def test_trials_that_are_no_better_end_the_search() -> None:
    criteria = {"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}
    job, _ = tuned(
        lambda number, _: [1 if number == 1 else 0], TuningJobCompletionCriteria=criteria
    )
    assert (job.status, len(job.trials)) == ("Completed", 5)


def test_an_improvement_of_less_than_a_percent_does_not_count() -> None:
    criteria = {"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}
    job, _ = tuned(lambda number, _: [1 + number / 1000], TuningJobCompletionCriteria=criteria)
    assert len(job.trials) == 4


def test_early_stopping_ends_what_is_worse_than_the_median() -> None:
    job, trials = tuned(
        lambda number, _: [1, 2, 3, 4] if number < 6 else [0, 0, 0, 0],
        TrainingJobEarlyStoppingType="Auto",
    )
    assert [item.status for item in trials.jobs] == ["Completed"] * 6 + ["Stopped"] * 4
    assert (job.status, job.counters()["TrainingJobStatusCounters"]["Stopped"]) == ("Completed", 4)


def test_without_early_stopping_every_trial_ends_by_itself() -> None:
    _, trials = tuned(lambda number, _: [1, 2] if number < 6 else [0, 0])
    assert {item.status for item in trials.jobs} == {"Completed"}


def test_a_stopped_job_stops_its_trials_and_keeps_the_best() -> None:
    job = tuning_job()

    def train(number: int, _: dict[str, str]) -> Sequence[float]:
        if number == 2:
            job.request_stop()
        return [number + 1] * 3

    trials = run(job, train)
    assert job.status == "Stopped"
    assert [item.status for item in trials.jobs] == ["Completed", "Completed", "Stopped"]


def test_five_trials_without_an_objective_fail_the_job() -> None:
    job, _ = tuned(lambda *_: [])
    assert (job.status, len(job.trials)) == ("Failed", 5)
    assert str(job.failure_reason).startswith("No objective metrics found after running 5")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("kind", ["Maximize", "Minimize"])
def test_an_objective_that_is_not_finite_does_not_win(value: float, kind: str) -> None:
    job, _ = tuned(
        lambda number, _: [1] if number == 1 else [value],
        HyperParameterTuningJobObjective={"Type": kind, "MetricName": "score"},
        TrainingJobEarlyStoppingType="Auto",
    )
    assert job.status == "Completed"
    described = job.describe()
    assert described["BestTrainingJob"]["TrainingJobName"] == job.trials[1].job.name
    assert described["ObjectiveStatusCounters"] == {"Succeeded": 1, "Pending": 0, "Failed": 9}


def test_a_failed_search_ends_after_its_trials() -> None:
    def train(number: int, _: dict[str, str]) -> Sequence[float]:
        if number == 1:
            raise ApiError("ResourceLimitExceeded", "The account-level service limit is 1 Instance")
        return [1] * 9

    job = tuning_job(ResourceLimits={"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 2})
    seen: list[str] = []
    job.announce = lambda: seen.extend(trial.status for trial in job.trials)
    run(job, train)
    assert (job.status, seen) == ("Failed", ["Stopped"])


def test_failed_trials_are_no_reason_to_end() -> None:
    job, _ = tuned(lambda number, _: RuntimeError("no") if number % 2 else [number])
    assert job.status == "Completed"
    assert job.counters()["TrainingJobStatusCounters"]["NonRetryableError"] == 5


@pytest.mark.parametrize("kind", ["IdenticalDataAndAlgorithm", "TransferLearning"])
def test_the_best_of_all_is_told_where_data_and_algorithm_are_identical(kind: str) -> None:
    parent, _ = tuned(lambda *_: [9])
    job = tuning_job()
    job.parents, job.request["WarmStartConfig"] = [parent], {"WarmStartType": kind}
    run(job, lambda *_: [1])
    described = job.describe()
    assert described["BestTrainingJob"]["TrainingJobName"] == job.trials[0].job.name
    overall = described.get("OverallBestTrainingJob", {}).get("TrainingJobName")
    best = parent.trials[0].job.name
    assert overall == (best if kind == "IdenticalDataAndAlgorithm" else None)


def test_the_same_seed_gives_the_same_values() -> None:
    first, second = (tuned(lambda number, _: [number])[0] for _ in range(2))
    assert [t.chosen for t in first.trials] == [t.chosen for t in second.trials]


def test_what_the_service_refuses_of_a_trial_fails_the_job() -> None:
    def train(*_: object) -> Sequence[float]:
        raise ApiError("ResourceLimitExceeded", "The account-level service limit is 0 Instances.")

    job, _ = tuned(train)
    assert job.status == "Failed"
    assert job.failure_reason == "The account-level service limit is 0 Instances."
