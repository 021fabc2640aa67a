"""Planning a job that imports a person's own code: its channel, its configuration, its metrics."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_contracts.code.own_code import OwnCode
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.tuning.plan import TuningPlanner
from autogluon_lambdas.models.errors import InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

TRAIN = "s3://data-bucket/income/train.csv"
ROWS = "age,workclass,class\n48,Private,<=50K\n30,Private,>50K\n"
OWN = {"init_args": {"label": "class", "problem_type": "binary", "eval_metric": "my:profit"}}
GATE = {"metric": "profit", "minimum": 1, "on_pass": "approve", "on_fail": "reject"}
TUNING = {
    "ranges": {"fit_args.hyperparameters.GBM.num_leaves": {"type": "integer", "min": 8, "max": 64}},
    "max_jobs": 2,
    "max_parallel_jobs": 1,
}


def _predictors(code: dict[str, str] | None = {"folder": "income"}, **changes: Any) -> Any:  # noqa: B006
    training = spec()["training"] | ({} if code is None else {"code": code})
    return FakePredictors(spec(training=training, quality_gate=GATE, **{**OWN, **changes}))


def _planner(predictors: Any) -> TrainingPlanner:
    store = FakeStore({TRAIN: ROWS})
    return TrainingPlanner(ENVIRONMENT, predictors, store, FakeRegistry(), FakeTrainingJobs())


def _event(**values: Any) -> dict[str, Any]:
    return planner_event({"predictor": "income", "train_data": TRAIN, **values})


def _channels(request: dict[str, Any]) -> dict[str, str]:
    return {
        item["ChannelName"]: item["DataSource"]["S3DataSource"]["S3Uri"]
        for item in request["InputDataConfig"]
    }


def test_the_job_finds_the_code_in_a_channel_and_reports_the_metric() -> None:
    planner = _planner(_predictors())
    request = validated("CreateTrainingJob", planner.plan(_event())["request"])
    assert _channels(request)["scripts"] == "s3://assets-bucket/89abcdef.tar.gz"
    names = [item["Name"] for item in request["AlgorithmSpecification"]["MetricDefinitions"]]
    assert {"test:profit", "holdout:profit"} <= set(names)
    assert not [name for name in names if "my:" in name]
    assert isinstance(planner.store, FakeStore)
    job = TrainingJobConfig.from_text(planner.store.text(_channels(request)["config"]))
    assert (job.code, job.init_args["eval_metric"]) == (OwnCode(folder="income"), "my:profit")


def test_a_predictor_without_code_has_no_such_channel() -> None:
    predictors = FakePredictors(spec())
    assert "scripts" not in _channels(_planner(predictors).plan(_event())["request"])


def test_trials_find_the_code_too() -> None:
    predictors, store = _predictors(tuning=TUNING), FakeStore({TRAIN: ROWS})
    planner = TuningPlanner(ENVIRONMENT, predictors, store, FakeTrainingJobs())
    request = planner.plan(_event())["request"]
    assert "scripts" in _channels(request["TrainingJobDefinition"])


@pytest.mark.parametrize("where", ["settings", "input"])
def test_objects_of_code_that_the_predictor_does_not_have_are_refused(where: str) -> None:
    metric = {"eval_metric": "my:profit"}
    asked = {} if where == "settings" else {"init_args": metric}
    changes = {} if where == "settings" else {"init_args": {"label": "class"}}
    with pytest.raises(InvalidInputError) as caught:
        _planner(_predictors(None, **changes)).plan(_event(**asked))
    assert "input.init_args.eval_metric: got 'my:profit', an object of your own code" in str(
        caught.value
    )
