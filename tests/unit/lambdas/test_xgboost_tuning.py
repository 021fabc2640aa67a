"""Searches for hyperparameters of the built-in XGBoost: SageMaker's own metrics and names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from autogluon_lambdas.logic.tuning.plan import TuningPlanner
from autogluon_lambdas.logic.tuning.summarize import TuningSummarizer
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from autogluon_lambdas.models.trial import Trial
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

TRAIN, TUNE = "s3://data-bucket/houses/train.csv", "s3://data-bucket/houses/tune.csv"
ROWS = "rooms,price,area\n3,200.5,80\n4,300,\n"
TUNING = {
    "ranges": {
        "fit_args.learning_rate": {"type": "continuous", "min": 0.1, "max": 0.5},
        "fit_args.max_depth": {"type": "integer", "min": 2, "max": 9},
    },
    "max_jobs": 4,
    "max_parallel_jobs": 2,
}


def _spec(**changes: Any) -> dict[str, Any]:
    uri = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
    settings: dict[str, Any] = {
        "type": "xgboost",
        "init_args": {"label": "price", "problem_type": "regression", "eval_metric": "rmse"},
        "fit_args": {"num_round": 20, "eta": 0.3, "max_depth": 4},
        "image_uri": uri,
        "inference_image_uri": uri,
        "algorithm_version": "1.7-1",
        "quality_gate": None,
        "tuning": TUNING,
    }
    return spec(**{**settings, **changes})


def _planned(settings: dict[str, Any] | None = None, **values: Any) -> tuple[Any, FakeStore]:
    store = FakeStore({TRAIN: ROWS, TUNE: ROWS})
    predictors = FakePredictors(_spec(**(settings or {})))
    planner = TuningPlanner(ENVIRONMENT, predictors, store, FakeTrainingJobs())
    event = planner_event({"predictor": "income", "train_data": TRAIN, **values})
    return planner.plan(event), store


BY_ETA = {"tuning": {**TUNING, "ranges": {
    "fit_args.eta": TUNING["ranges"]["fit_args.learning_rate"],  # type: ignore[index]
    "fit_args.max_depth": TUNING["ranges"]["fit_args.max_depth"],  # type: ignore[index]
}}}  # fmt: skip


def test_trials_are_compared_by_the_algorithms_own_metric() -> None:
    answer, store = _planned(BY_ETA, tuning_data=TUNE)
    request = validated("CreateHyperParameterTuningJob", answer["request"])
    config = request["HyperParameterTuningJobConfig"]
    assert config["HyperParameterTuningJobObjective"] == {
        "Type": "Minimize", "MetricName": "validation:rmse"
    }  # fmt: skip
    ranges = config["ParameterRanges"]
    assert [each["Name"] for each in ranges["ContinuousParameterRanges"]] == ["eta"]
    assert [each["Name"] for each in ranges["IntegerParameterRanges"]] == ["max_depth"]
    definition = request["TrainingJobDefinition"]
    assert "MetricDefinitions" not in definition["AlgorithmSpecification"]
    # What is tuned is not given as well.
    assert definition["StaticHyperParameters"] == {
        "num_round": "20", "objective": "reg:squarederror", "eval_metric": "rmse"
    }  # fmt: skip
    channels = {each["ChannelName"]: each for each in definition["InputDataConfig"]}
    assert list(channels) == ["train", "validation"]
    written = channels["validation"]["DataSource"]["S3DataSource"]["S3Uri"]
    assert store.text(f"{written}00000.csv") == "200.5,3,80\n300,4,\n"
    job = json.loads(store.text(answer["run"]["job_file"]))
    assert job["columns"] == ["rooms", "price", "area"]


def test_a_score_is_maximized() -> None:
    classes = {
        "init_args": {"label": "price", "problem_type": "binary", "eval_metric": "auc"},
        **BY_ETA,
    }
    store = FakeStore({TRAIN: "a,b,price\n1,2,1\n", TUNE: "a,b,price\n1,2,0\n"})
    planner = TuningPlanner(
        ENVIRONMENT, FakePredictors(_spec(**classes)), store, FakeTrainingJobs()
    )
    values = {"predictor": "income", "train_data": TRAIN, "tuning_data": TUNE}
    config = planner.plan(planner_event(values))["request"]["HyperParameterTuningJobConfig"]
    assert config["HyperParameterTuningJobObjective"]["Type"] == "Maximize"
    assert config["HyperParameterTuningJobObjective"]["MetricName"] == "validation:auc"


def test_trials_need_data_to_be_compared_on() -> None:
    with pytest.raises(InvalidDataError, match="trials are compared by validation:rmse"):
        _planned(BY_ETA)


def test_a_range_and_an_argument_of_the_other_name_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="learning_rate: the same as eta"):
        _planned(tuning_data=TUNE)


class _TuningJobs:
    def trials(self, name: str) -> list[Trial]:
        return [
            Trial(
                name=f"{name}-{number}",
                status="Completed",
                created=datetime(2026, 11, 1, tzinfo=UTC),
                started=None,
                ended=None,
                objective=objective,
                values={"eta": "0.3"},
                failure=None,
            )
            for number, objective in enumerate((3.0, 1.5, 2.0))
        ]

    def stop(self, name: str) -> None:
        raise AssertionError(name)


def test_the_least_error_wins_and_is_named_by_its_argument() -> None:
    answer, store = _planned(BY_ETA, tuning_data=TUNE)
    summarizer = TuningSummarizer(store, _TuningJobs(), FakeTrainingJobs())
    event = {"run": answer["run"], "tuning_job": {"objective_type": "Minimize"}}
    found = summarizer.summarize(event)
    assert found["tuning"]["objective"] == 1.5
    assert found["tuning"]["values"] == {"fit_args.eta": "0.3"}
    assert "fit_args.eta" in store.text(found["tuning"]["trials_uri"]).splitlines()[0]
    assert found["run"]["job_file"] == answer["run"]["job_file"]
