"""A run that may cost more than what is left of its predictor's budget never starts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from autogluon_contracts.names import beginning_of_jobs, job_name, tuning_job_name
from autogluon_lambdas.adapters.sagemaker_training_jobs import SageMakerTrainingJobs
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.tuning.plan import TuningPlanner
from autogluon_lambdas.models.errors import BudgetExceededError
from tests.fakes.lambda_environment import ENVIRONMENT, EXECUTION_ARN, planner_event
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

TRAIN = "s3://data-bucket/income/train.csv"
RUNS = "s3://artifact-bucket/income/runs"
RATE = "fit_args.hyperparameters.GBM.learning_rate"
TUNING = {
    "ranges": {RATE: {"type": "continuous", "min": 0.01, "max": 0.3}},
    "max_jobs": 4,
    "max_parallel_jobs": 2,
}
HOUR = 0.461  # USD of ml.m5.2xlarge, the spec's type; a run may take an hour


def _job(
    seconds: int | None, *, name: str = "income-earlier-0123abcd", folder: str = RUNS
) -> dict[str, Any]:
    """Return a job; None is one that runs, for two hours at most."""
    ended = {} if seconds is None else {"BillableTimeInSeconds": seconds}
    return {
        "TrainingJobName": name,
        "TrainingJobStatus": "InProgress" if seconds is None else "Failed",
        "ResourceConfig": {"InstanceType": "ml.m5.2xlarge", "InstanceCount": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 7200},
        "OutputDataConfig": {"S3OutputPath": folder},
        **ended,
    }


def _store() -> FakeStore:
    return FakeStore({TRAIN: "age,workclass,class\n48,Private,<=50K\n30,Private,>50K\n"})


def _train(
    budget: float | None, *jobs: dict[str, Any], store: FakeStore | None = None, **values: Any
) -> dict[str, Any]:
    limits = {} if budget is None else {"budget": {"usd_per_month": budget}}
    found = FakePredictors(spec(**limits))
    planner = TrainingPlanner(
        ENVIRONMENT, found, store or _store(), FakeRegistry(), FakeTrainingJobs(*jobs)
    )
    return planner.plan(planner_event({"predictor": "income", "train_data": TRAIN, **values}))


def _tune(budget: float, tuning: dict[str, Any] = TUNING, **values: Any) -> dict[str, Any]:
    found = FakePredictors(spec(budget={"usd_per_month": budget}, tuning=tuning))
    planner = TuningPlanner(ENVIRONMENT, found, _store(), FakeTrainingJobs())
    return planner.plan(planner_event({"predictor": "income", "train_data": TRAIN, **values}))


def _refusal(*arguments: Any, **values: Any) -> str:
    with pytest.raises(BudgetExceededError) as caught:
        _train(*arguments, **values)
    return str(caught.value)


def test_a_run_is_refused_with_what_is_used_and_what_it_may_cost() -> None:
    store = _store()

    assert _refusal(1.0, _job(7200), store=store) == (
        'Predictor "income" has a budget of 1.00 USD for November 2026, of which 0.92 USD are '
        "used, and this run may cost up to 0.46 USD. Ask for less with max_runtime_seconds, wait "
        "for the next month, or raise predictors.income.budget.usd_per_month and deploy."
    )
    assert store.find("artifact-bucket", "", 1) == []  # nothing is written either


def test_a_run_that_fits_is_planned() -> None:
    assert _train(3 * HOUR, _job(7200))["request"]


def test_a_shorter_run_fits_into_what_is_left() -> None:
    assert _refusal(2.5 * HOUR, _job(7200))
    assert _train(2.5 * HOUR, _job(7200), max_runtime_seconds=1800)["request"]


def test_a_job_that_runs_counts_with_the_most_that_it_may_cost() -> None:
    assert _refusal(2.9 * HOUR, _job(None))
    assert _train(3 * HOUR, _job(None))["request"]


def test_jobs_of_another_predictor_do_not_count() -> None:
    other = "s3://artifact-bucket/income-eu/runs"
    assert _train(HOUR, _job(7200, name="income-eu-run-0123abcd", folder=other))["request"]


def test_without_a_budget_nothing_is_asked() -> None:
    jobs = FakeTrainingJobs()
    planner = TrainingPlanner(ENVIRONMENT, FakePredictors(), _store(), FakeRegistry(), jobs)

    planner.plan(planner_event({"predictor": "income", "train_data": TRAIN}))

    assert jobs.asked == []


def test_the_month_is_the_executions() -> None:
    jobs = FakeTrainingJobs()
    found = FakePredictors(spec(budget={"usd_per_month": 9}))
    planner = TrainingPlanner(ENVIRONMENT, found, _store(), FakeRegistry(), jobs)

    planner.plan(planner_event({"predictor": "income", "train_data": TRAIN}))

    assert jobs.asked == [(datetime(2026, 11, 1, tzinfo=UTC), "income")]


def test_a_spot_run_that_goes_on_on_demand_may_cost_twice() -> None:
    spot = {"max_wait_seconds": 7200, "then_on_demand": True}
    found = FakePredictors(
        spec(budget={"usd_per_month": 1.5 * HOUR}, training={**spec()["training"], "spot": spot})
    )
    planner = TrainingPlanner(ENVIRONMENT, found, _store(), FakeRegistry(), FakeTrainingJobs())

    with pytest.raises(BudgetExceededError, match=r"up to 0\.92 USD"):
        planner.plan(planner_event({"predictor": "income", "train_data": TRAIN}))


def test_a_search_counts_all_trials_that_it_may_train() -> None:
    assert _tune(4 * HOUR)["request"]
    with pytest.raises(BudgetExceededError, match=r"up to 1\.84 USD") as caught:
        _tune(3.9 * HOUR)
    assert "max_jobs or max_runtime_seconds" in caught.value.advice
    assert _tune(3.9 * HOUR, max_jobs=3)["request"]


def test_the_time_of_a_search_bounds_what_it_may_cost() -> None:
    assert _tune(2 * HOUR, {**TUNING, "max_runtime_seconds": 3600})["request"]


def test_a_grid_counts_each_combination() -> None:
    ranges = {
        RATE: {"type": "categorical", "values": [0.1, 0.2]},
        "fit_args.hyperparameters.GBM.num_leaves": {"type": "categorical", "values": [8, 16, 32]},
    }
    grid = {"ranges": ranges, "strategy": "Grid"}

    assert _tune(6 * HOUR, grid)["request"]
    with pytest.raises(BudgetExceededError):
        _tune(5.9 * HOUR, grid)


@pytest.mark.parametrize("predictor", ["income", "a" * 22, "a" * 21 + "-b", "a" * 30])
def test_all_jobs_of_a_predictor_begin_as_they_are_searched(predictor: str) -> None:
    beginning = beginning_of_jobs(predictor)

    assert job_name(predictor, EXECUTION_ARN, attempt=2).startswith(beginning)
    assert tuning_job_name(predictor, EXECUTION_ARN).startswith(beginning)


class _Client:
    """SageMaker with three jobs, of which one belongs to another environment."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def get_paginator(self, operation: str) -> "_Client":
        assert operation == "list_training_jobs"
        return self

    def paginate(self, **arguments: Any) -> list[dict[str, Any]]:
        self.asked = arguments
        names = ("income-one", "income-of-another-environment", "my-income-two")
        return [{"TrainingJobSummaries": [{"TrainingJobName": name}]} for name in names]

    def describe_training_job(self, **arguments: str) -> dict[str, Any]:
        name = arguments["TrainingJobName"]
        if "another" in name:
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribeTrainingJob"
            )
        if "throttled" in name:
            raise ClientError(
                {"Error": {"Code": "ThrottlingException", "Message": "slow"}}, "DescribeTrainingJob"
            )
        return {"TrainingJobName": name}


def test_jobs_that_may_not_be_described_are_of_others() -> None:
    client = _Client()
    since = datetime(2026, 11, 1, tzinfo=UTC)

    found = SageMakerTrainingJobs(lambda: client).created_since(since, "income")

    assert [job["TrainingJobName"] for job in found] == ["income-one"]
    assert client.asked["CreationTimeAfter"] == since
    assert client.asked["NameContains"] == "income"


def test_a_job_that_cannot_be_described_for_another_reason_is_not_left_out() -> None:
    with pytest.raises(ClientError, match="slow"):
        SageMakerTrainingJobs(_Client).described(["throttled"])
