"""Planning runs whose instances stay for the next run, or wait for a limited time."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_contracts.jobs.spending import training_job_usd
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.tuning.plan import TuningPlanner
from autogluon_lambdas.models.errors import BudgetExceededError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

TRAIN = "s3://data-bucket/income/train.csv"
ROWS = "age,workclass,class\n48,Private,<=50K\n30,Private,>50K\n"
NUM_LEAVES = {"type": "integer", "min": 8, "max": 64}
TUNING = {
    "fit_args": {"hyperparameters": {"GBM": {}}},
    "tuning": {
        "ranges": {"fit_args.hyperparameters.GBM.num_leaves": NUM_LEAVES},
        "max_jobs": 2,
    },
}
INPUT = {"predictor": "income", "train_data": TRAIN}


def _spec(training: dict[str, Any], **changes: Any) -> FakePredictors:
    return FakePredictors(spec(training={**spec()["training"], **training}, **changes))


def _plan(training: dict[str, Any], **changes: Any) -> dict[str, Any]:
    planner = TrainingPlanner(
        ENVIRONMENT,
        _spec(training, **changes),
        FakeStore({TRAIN: ROWS}),
        FakeRegistry(),
        FakeTrainingJobs(),
    )
    return planner.plan(planner_event(INPUT))


def test_instances_that_stay_go_by_the_sdk_integration() -> None:
    answer = _plan({"keep_alive_seconds": 1800})
    request = validated("CreateTrainingJob", answer["request"])
    assert answer["integration"] == "sdk"
    assert request["ResourceConfig"]["KeepAlivePeriodInSeconds"] == 1800
    (each,) = answer["ladder"]["resources"]
    assert each["ResourceConfig"]["KeepAlivePeriodInSeconds"] == 1800


def test_a_limited_wait_is_in_the_stopping_condition() -> None:
    answer = _plan({"max_pending_seconds": 3600})
    request = validated("CreateTrainingJob", answer["request"])
    assert answer["integration"] == "sdk"
    assert request["StoppingCondition"]["MaxPendingTimeInSeconds"] == 3600


def test_without_either_nothing_is_sent() -> None:
    answer = _plan({})
    assert answer["integration"] == "optimised"
    assert "KeepAlivePeriodInSeconds" not in answer["request"]["ResourceConfig"]


def test_trials_of_a_search_do_not_keep_their_instances() -> None:
    planner = TuningPlanner(
        ENVIRONMENT,
        _spec({"keep_alive_seconds": 1800}, **TUNING),
        FakeStore({TRAIN: ROWS}),
        FakeTrainingJobs(),
    )
    request = planner.plan(planner_event(INPUT))["request"]
    validated("CreateHyperParameterTuningJob", request)
    assert "KeepAlivePeriodInSeconds" not in request["TrainingJobDefinition"]["ResourceConfig"]


def test_the_budget_counts_the_time_that_instances_stay() -> None:
    prices = {"usd_per_hour": {"ml.m5.2xlarge": 1.0}, "as_of": "2026-11"}
    training = {"max_runtime_seconds": 3600, "prices": prices}
    _plan(training, budget={"usd_per_month": 1.2})
    with pytest.raises(BudgetExceededError, match=r"may cost up to 1\.50 USD"):
        _plan({**training, "keep_alive_seconds": 1800}, budget={"usd_per_month": 1.2})


@pytest.mark.parametrize(
    ("pool", "usd"),
    [
        (None, 1.0),
        ({"Status": "Available"}, 1.5),
        ({"Status": "Reused", "ResourceRetainedBillableTimeInSeconds": 360}, 1.1),
        ({"Status": "Terminated", "ResourceRetainedBillableTimeInSeconds": 1800}, 1.5),
    ],
)
def test_what_a_job_cost_has_the_time_that_its_instances_stayed(
    pool: dict[str, Any] | None, usd: float
) -> None:
    kept = {} if pool is None else {"KeepAlivePeriodInSeconds": 1800}
    job = {
        "TrainingJobStatus": "Completed",
        "BillableTimeInSeconds": 3600,
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, **kept},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        **({} if pool is None else {"WarmPoolStatus": pool}),
    }
    assert training_job_usd(job, {"ml.m5.large": 1.0}) == pytest.approx(usd)
