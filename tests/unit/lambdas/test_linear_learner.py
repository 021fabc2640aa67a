"""Runs of the built-in Linear Learner: requests, prepared data, metrics, batches and refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.serving_environment import environment_of
from autogluon_lambdas.logic.linear_learner.predictor_type import PREDICTOR_TYPE
from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.tuning.plan import TuningPlanner
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event, validated
from tests.fakes.lambda_ports import (
    FakeEndpoints,
    FakePredictors,
    FakeRegistry,
    FakeTrainingJobs,
    package,
)
from tests.fakes.sandbox import GROUP_ARN, spec
from tests.fakes.store import FakeStore

TRAIN, TUNE = "s3://data-bucket/houses/train.csv", "s3://data-bucket/houses/tune.csv"
TEST = "s3://data-bucket/houses/test.csv"
NEW = "s3://data-bucket/new.csv"
ROWS = "rooms,sold,area\n3,1,80\n2,0,70\n"
URI = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"


def _spec(**changes: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "type": "linear_learner",
        "init_args": {"label": "sold", "problem_type": "binary"},
        "fit_args": {"epochs": 5, "use_bias": True, "wd": "auto"},
        "image_uri": URI,
        "inference_image_uri": URI,
        "algorithm_version": "1",
        "quality_gate": None,
    }
    return spec(**{**settings, **changes})


def _store(rows: str = ROWS) -> FakeStore:
    return FakeStore({TRAIN: rows, TUNE: ROWS, TEST: ROWS})


def _planned(
    rows: str = ROWS, settings: dict[str, Any] | None = None, **values: Any
) -> tuple[Any, FakeStore]:
    store, predictors = _store(rows), FakePredictors(_spec(**(settings or {})))
    planner = TrainingPlanner(ENVIRONMENT, predictors, store, FakeRegistry(), FakeTrainingJobs())
    given = {"predictor": "income", "train_data": TRAIN, "tuning_data": TUNE, **values}
    event = planner_event({name: value for name, value in given.items() if value is not None})
    return planner.plan(event), store


def test_the_algorithm_gets_what_it_learns_and_how_many_features() -> None:
    answer, store = _planned(test_data=TEST)
    request = validated("CreateTrainingJob", answer["request"])
    assert request["HyperParameters"] == {
        "epochs": "5",
        "use_bias": "true",
        "wd": "auto",
        "predictor_type": "binary_classifier",
        "feature_dim": "2",
    }
    assert request["AlgorithmSpecification"]["TrainingImage"] == URI
    assert "MetricDefinitions" not in request["AlgorithmSpecification"]
    channels = {each["ChannelName"]: each for each in request["InputDataConfig"]}
    assert set(channels) == {"train", "validation", "test"}
    assert {each["ContentType"] for each in channels.values()} == {"text/csv"}
    folder = channels["train"]["DataSource"]["S3DataSource"]["S3Uri"]
    assert store.text(f"{folder}00000.csv") == "1,3,80\n0,2,70\n"


def test_metrics_are_signed_by_the_direction_that_aws_documents() -> None:
    answer, store = _planned()
    logged = {
        "validation:binary_classification_accuracy": 0.9,
        "validation:objective_loss": 0.25,
        "train:progress": 100,
    }
    job = {
        "InputDataConfig": answer["request"]["InputDataConfig"],
        "FinalMetricDataList": [{"MetricName": n, "Value": v} for n, v in logged.items()],
    }
    job_file = S3Location.parse(answer["run"]["job_file"])
    report = PREDICTOR_TYPE.program.report(store, PredictorSpec.from_json(_spec()), job, job_file)
    found = TrainingMetrics.from_text(report["metrics.json"])
    assert found.metrics["validation:binary_classification_accuracy"] == 0.9
    assert found.metrics["validation:objective_loss"] == -0.25
    assert found.eval_metric == "validation:binary_classification_accuracy"
    assert found.best_model == "linear_learner 1"
    schema = FeatureSchemaHeader.from_text(report["feature_schema.json"])
    assert PREDICTOR_TYPE.answer_columns(schema, "both") == ("predicted_label", "score")


def test_its_server_gets_no_variable_that_nothing_documents() -> None:
    assert environment_of(PredictorSpec.from_json(_spec()), "data") == {}


@pytest.mark.parametrize(
    ("rows", "values", "sentence"),
    [
        (
            "rooms,sold,area\n1,1,\n",
            {},
            'row 1: column "area" is empty, and the algorithm takes no missing',
        ),
        ("rooms,sold,area\nNA,1,2\n", {}, 'row 1: column "rooms" is empty'),
        (
            "rooms,sold,area\n1,1,x\n",
            {},
            'column "area" is "x", and the algorithm takes numbers alone',
        ),
        ("rooms,sold,area\n1,2,3\n", {}, "problem_type 'binary' needs 0 or 1"),
        (ROWS, {"tuning_data": None}, "input.tuning_data: missing; without it"),
    ],
)
def test_tables_that_the_algorithm_cannot_take_are_refused(
    rows: str, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidDataError) as caught:
        _planned(rows, **values)
    assert sentence in str(caught.value)


def test_labels_of_several_classes_are_their_numbers() -> None:
    settings = {
        "init_args": {"label": "sold", "problem_type": "multiclass"},
        "fit_args": {"num_classes": 3},
    }
    answer, _ = _planned(ROWS.replace("3,1", "3,2"), settings)
    assert answer["request"]["HyperParameters"]["num_classes"] == "3"
    with pytest.raises(InvalidDataError, match="a whole number from 0 to 2"):
        _planned(ROWS.replace("3,1", "3,3"), settings)


def test_a_gate_by_test_data_needs_them() -> None:
    gate = {"metric": "test:recall", "minimum": 0.5, "on_pass": "approve", "on_fail": "reject"}
    _planned(settings={"quality_gate": gate}, test_data=TEST)
    with pytest.raises(InvalidDataError, match='the quality gate decides by "test:recall"'):
        _planned(settings={"quality_gate": gate})


def test_spot_jobs_keep_the_algorithms_checkpoints() -> None:
    training = {**_spec()["training"], "spot": {"max_wait_seconds": 90_000, "then_on_demand": True}}
    answer, _ = _planned(settings={"training": training})
    request = validated("CreateTrainingJob", answer["request"])
    assert request["EnableManagedSpotTraining"] is True
    assert request["CheckpointConfig"]["S3Uri"].startswith("s3://artifact-bucket/")


def _search(**values: Any) -> dict[str, Any]:
    tuning = {
        "ranges": {
            "fit_args.wd": {"type": "continuous", "min": 0.001, "max": 1},
            "fit_args.use_bias": {"type": "categorical", "values": [True, False]},
        },
        "max_jobs": 4,
        "max_parallel_jobs": 2,
    }
    settings = _spec(tuning=tuning, fit_args={"epochs": 5})
    planner = TuningPlanner(ENVIRONMENT, FakePredictors(settings), _store(), FakeTrainingJobs())
    given = {"predictor": "income", "train_data": TRAIN, "tuning_data": TUNE, **values}
    return planner.plan(planner_event(given))


def test_what_trials_ignore_is_for_training_runs_alone() -> None:
    with pytest.raises(
        InvalidInputError, match=r"input\.fit_args\.num_models: given with a search"
    ):
        _search(fit_args={"num_models": 8})
    answer, _ = _planned(fit_args={"num_models": 8})
    assert answer["request"]["HyperParameters"]["num_models"] == "8"


def test_trials_are_compared_by_the_documented_metric() -> None:
    answer = _search()
    config = validated("CreateHyperParameterTuningJob", answer["request"])[
        "HyperParameterTuningJobConfig"
    ]
    assert config["HyperParameterTuningJobObjective"] == {
        "Type": "Maximize",
        "MetricName": "validation:binary_classification_accuracy",
    }
    ranges = config["ParameterRanges"]
    assert [each["Name"] for each in ranges["ContinuousParameterRanges"]] == ["wd"]
    assert ranges["CategoricalParameterRanges"] == [
        {"Name": "use_bias", "Values": ["true", "false"]}
    ]


def _batch(
    rows: str,
    *,
    problem_type: str = "binary",
    answers: tuple[str, ...] = ("predicted_label", "score"),
    **values: Any,
) -> tuple[dict[str, Any], FakeStore]:
    header = {
        "version": 1,
        "type": "linear_learner",
        "label": "sold",
        "problem_type": problem_type,
        "classes": None,
        "details": {"answers": [*answers]},
        "features": [{"name": "rooms"}, {"name": "area"}],
    }
    store = FakeStore({NEW: rows})
    store.put(
        "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json", json.dumps(header)
    )
    planner = BatchPlanner(
        ENVIRONMENT,
        FakePredictors(_spec(), live=f"{GROUP_ARN}/1"),
        store,
        FakeRegistry(package(1)),
        FakeEndpoints(),
    )
    answer = planner.plan(planner_event({"predictor": "income", "data": NEW, **values}))
    return answer, store


def test_a_batch_is_sent_as_csv_and_answered_as_json_lines() -> None:
    answer, store = _batch(
        "area,sold,rooms\n80,1,3\n70,0,2\n", output_format="jsonl", split_type="Line"
    )
    request = validated("CreateTransformJob", answer["request"])
    taken, given = request["TransformInput"], request["TransformOutput"]
    assert (taken["ContentType"], taken["SplitType"]) == ("text/csv", "Line")
    assert (given["Accept"], given["AssembleWith"]) == ("application/jsonlines", "Line")
    source = taken["DataSource"]["S3DataSource"]["S3Uri"]
    assert store.text(f"{source}new.csv") == "3,80\n2,70\n"
    assert answer["batch"]["columns"] == ["predicted_label", "score"]


@pytest.mark.parametrize(
    ("rows", "values", "error", "sentence"),
    [
        ("rooms,area\n3,4\n", {}, InvalidInputError, "answers an object for each row"),
        ("rooms,area\n3,\n", {"output_format": "jsonl"}, InvalidDataError, "no missing values"),
        ("rooms,area\n3,4\n", {"output": "labels"}, InvalidInputError, 'labels. Set it to "both".'),
    ],
)
def test_batches_that_the_algorithm_cannot_answer_are_refused(
    rows: str, values: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as caught:
        _batch(rows, **values)
    assert sentence in str(caught.value)


def test_the_score_of_a_regression_is_its_label() -> None:
    number: dict[str, Any] = {"problem_type": "regression", "answers": ("score",)}
    answer, _ = _batch("rooms,area\n3,4\n", output="labels", output_format="jsonl", **number)
    assert answer["batch"]["columns"] == ["score"]
    with pytest.raises(InvalidInputError, match=r'no probabilities\. Set it to "labels" or "both"'):
        _batch("rooms,area\n3,4\n", output="probabilities", output_format="jsonl", **number)
