"""Runs of the built-in XGBoost: requests, prepared data, metrics, batches and refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.serving_environment import environment_of
from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.xgboost.predictor_type import PREDICTOR_TYPE
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
NEW = "s3://data-bucket/new.csv"
ROWS = "rooms,price,area\n3,200.5,80\n2,,NA\n4,300,\n"
WITH_LABELS = ROWS.replace("2,,NA", "2,100,NA")


def _spec(**changes: Any) -> dict[str, Any]:
    uri = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
    settings: dict[str, Any] = {
        "type": "xgboost",
        "init_args": {"label": "price", "problem_type": "regression", "eval_metric": "rmse"},
        "fit_args": {"num_round": 20, "learning_rate": 0.3, "eval_metric": ["mae"]},
        "image_uri": uri,
        "inference_image_uri": uri,
        "algorithm_version": "1.7-1",
        "quality_gate": None,
    }
    return spec(**{**settings, **changes})


def _planned(
    rows: str = WITH_LABELS, settings: dict[str, Any] | None = None, **values: Any
) -> tuple[Any, FakeStore]:
    store = FakeStore({TRAIN: rows, TUNE: WITH_LABELS})
    predictors = FakePredictors(_spec(**(settings or {})))
    planner = TrainingPlanner(ENVIRONMENT, predictors, store, FakeRegistry(), FakeTrainingJobs())
    event = planner_event({"predictor": "income", "train_data": TRAIN, **values})
    return planner.plan(event), store


def _job_file(answer: dict[str, Any]) -> S3Location:
    return S3Location.parse(answer["run"]["job_file"])


def _channels(request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["ChannelName"]: each for each in request["InputDataConfig"]}


def _uri(channel: dict[str, Any]) -> str:
    return str(channel["DataSource"]["S3DataSource"]["S3Uri"])


def test_the_algorithm_gets_its_hyperparameters_and_channels_and_nothing_else() -> None:
    answer, _ = _planned(tuning_data=TUNE)
    request = validated("CreateTrainingJob", answer["request"])
    assert request["HyperParameters"] == {
        "num_round": "20",
        "eta": "0.3",
        "objective": "reg:squarederror",
        "eval_metric": "mae,rmse",
    }
    algorithm = request["AlgorithmSpecification"]
    assert algorithm["TrainingImage"].endswith("/sagemaker-xgboost:1.7-1")
    assert "MetricDefinitions" not in algorithm  # SageMaker refuses them for its algorithms
    channels = _channels(request)
    assert list(channels) == ["train", "validation"]
    assert {each["ContentType"] for each in channels.values()} == {"text/csv"}


def test_its_data_has_no_header_and_the_label_first() -> None:
    answer, store = _planned()
    folder = _uri(_channels(answer["request"])["train"])
    assert folder.endswith("/config/data/train/")
    assert store.text(f"{folder}00000.csv") == "200.5,3,80\n100,2,\n300,4,\n"


def test_json_lines_are_prepared_alike() -> None:
    uri = TRAIN.replace(".csv", ".jsonl")
    store = FakeStore({uri: '{"rooms": 3, "price": 200.5, "area": null}\n'})
    planner = TrainingPlanner(
        ENVIRONMENT, FakePredictors(_spec()), store, FakeRegistry(), FakeTrainingJobs()
    )
    answer = planner.plan(planner_event({"predictor": "income", "train_data": uri}))
    folder = _uri(_channels(answer["request"])["train"])
    assert store.text(f"{folder}00000.csv") == "200.5,3,\n"


def test_metrics_of_the_log_are_the_versions_and_errors_are_negative() -> None:
    answer, store = _planned(tuning_data=TUNE)
    logged = {"train:rmse": 1.5, "validation:rmse": 2.5, "validation:mae": 2, "ObjectiveMetric": 9}
    job = {
        "InputDataConfig": answer["request"]["InputDataConfig"],
        "FinalMetricDataList": [{"MetricName": n, "Value": v} for n, v in logged.items()],
        "TrainingTimeInSeconds": 60,
    }
    report = PREDICTOR_TYPE.program.report(
        store, PredictorSpec.from_json(_spec()), job, _job_file(answer)
    )
    found = TrainingMetrics.from_text(report["metrics.json"])
    assert dict(found.metrics) == {
        "train:rmse": -1.5, "validation:rmse": -2.5, "validation:mae": -2.0
    }  # fmt: skip
    assert (found.eval_metric, found.holdout) == ("validation:rmse", "tuning")
    assert (found.best_model, found.warnings) == ("xgboost 1.7-1", ())
    schema = FeatureSchemaHeader.from_text(report["feature_schema.json"])
    assert schema.feature_names == ("rooms", "area")
    assert PREDICTOR_TYPE.answer_columns(schema, "both") == ("price",)
    assert PREDICTOR_TYPE.answer_columns(schema, "probabilities") == ()


def test_metrics_of_the_rows_that_were_learnt_are_called_so() -> None:
    answer, store = _planned()
    job = {
        "InputDataConfig": answer["request"]["InputDataConfig"],
        "FinalMetricDataList": [{"MetricName": "train:rmse", "Value": 1.5}],
    }
    report = PREDICTOR_TYPE.program.report(
        store, PredictorSpec.from_json(_spec()), job, _job_file(answer)
    )
    found = TrainingMetrics.from_text(report["metrics.json"])
    assert (found.eval_metric, found.holdout) == ("train:rmse", "training")
    assert found.warnings[0].startswith("The run had no tuning data")


def test_its_server_takes_the_largest_piece_of_a_batch() -> None:
    found = environment_of(PredictorSpec.from_json(_spec()), "data")
    assert found == {
        "SAGEMAKER_MODEL_SERVER_TIMEOUT": "60", "MAX_CONTENT_LENGTH": str(100 * 1024 * 1024)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("a,b,price\n1,x,3\n", 'row 1: column "b" is "x", and the algorithm takes numbers alone'),
        ("a,b,price\n1,2,\n", 'row 1: label "price" is "", and the algorithm learns'),
        ("a,b,price\n1,2,3\n1,2\n", "row 2 has 2 cells, and the header 3"),
        ("a,b,price\n1,true,3\n", 'column "b" is "true"'),
        ("a,b,price\n1,007,3\n", 'column "b" is "007"'),
        ("a,price\n1,3\n", "has fewer than 2 features"),
        ("a,b,cost\n1,2,3\n", 'label column "price" not found'),
    ],
)
def test_tables_that_the_algorithm_cannot_take_are_refused_by_row(rows: str, sentence: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        _planned(rows)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("facts", "hyperparameters", "label", "sentence"),
    [
        ({"problem_type": "binary"}, {}, "2", "problem_type 'binary' needs 0 or 1"),
        ({"problem_type": "multiclass"}, {"num_class": 3}, "3", "a whole number from 0 to 2"),
        ({"problem_type": "multiclass"}, {"num_class": 3}, "1.5", "a whole number from 0 to 2"),
    ],
)
def test_labels_of_classes_are_their_numbers(
    facts: dict[str, Any], hyperparameters: dict[str, Any], label: str, sentence: str
) -> None:
    settings = {
        "init_args": {"label": "price", **facts},
        "fit_args": {"num_round": 2, **hyperparameters},
    }
    answer, _ = _planned("a,b,price\n1,2,1.0\n1,3,0\n", settings)
    assert answer["request"]
    with pytest.raises(InvalidDataError) as caught:
        _planned(f"a,b,price\n1,2,{label}\n", settings)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"fit_args": {"max_dept": 3}}, 'max_dept: unknown hyperparameter (did you mean "max_d'),
        (
            {"fit_args": {"eta": 1.5}},
            "fit_args.eta: got 1.5 (float); allowed: a number from 0 to 1",
        ),
        ({"fit_args": {"objective": "binary:logistic"}}, "with problem_type 'regression'; allowed"),
        ({"fit_args": {"eval_metric": "auc"}}, "got 'auc' with problem_type 'regression'"),
        ({"fit_args": {"num_class": 3}}, "num_class: given with problem_type 'regression'"),
        ({"fit_args": {"eta": 0.1}}, "fit_args.learning_rate: the same as eta"),
        ({"init_args": {"label": "area"}}, "declare another predictor"),
        ({"instance_count": 2}, "instance_count: got 2; allowed: 1"),
    ],
)
def test_hyperparameters_are_judged_before_anything_is_paid_for(
    values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _planned(**values)
    assert sentence in str(caught.value)


def test_a_gate_needs_its_metric() -> None:
    gate = {"metric": "validation:mae", "minimum": -9, "on_pass": "approve", "on_fail": "reject"}
    _planned(settings={"quality_gate": gate})
    with pytest.raises(InvalidInputError, match="which such a run does not measure"):
        _planned(settings={"quality_gate": {**gate, "metric": "validation:r2"}})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"test_data": TUNE}, "the algorithm measures on the tuning data alone"),
        ({"fit_args": {"early_stopping_rounds": 3}}, "missing with early_stopping_rounds"),
    ],
)
def test_data_without_a_use_is_refused(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidDataError, match=sentence):
        _planned(**values)


def _batch(
    rows: str, *, problem_type: str = "regression", answered: str = "price", **values: Any
) -> tuple[dict[str, Any], FakeStore]:
    header = {
        "version": 1,
        "type": "xgboost",
        "label": "price",
        "problem_type": problem_type,
        "classes": None,
        "details": {"answers": [answered]},
        "features": [{"name": "rooms"}, {"name": "area"}],
    }
    store = FakeStore({NEW: rows})
    schema = "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json"
    store.put(schema, json.dumps(header))
    planner = BatchPlanner(
        ENVIRONMENT,
        FakePredictors(_spec(), live=f"{GROUP_ARN}/1"),
        store,
        FakeRegistry(package(1)),
        FakeEndpoints(),
    )
    answer = planner.plan(planner_event({"predictor": "income", "data": NEW, **values}))
    return answer, store


def test_a_probability_is_not_a_label() -> None:
    asked: dict[str, Any] = {"problem_type": "binary", "answered": "probability"}
    answer, _ = _batch("rooms,area\n3,4\n", output="probabilities", **asked)
    assert answer["batch"]["columns"] == ["probability"]
    with pytest.raises(InvalidInputError, match=r'no labels\. Set it to "probabilities" or "both"'):
        _batch("rooms,area\n3,4\n", output="labels", **asked)


def test_a_batch_is_prepared_in_the_order_of_the_features() -> None:
    answer, store = _batch("area;price;rooms\n80;1;3\n;2;2\n")
    request = validated("CreateTransformJob", answer["request"])
    source = request["TransformInput"]["DataSource"]["S3DataSource"]
    assert source["S3Uri"].endswith("/config/data/")
    assert store.text(f"{source['S3Uri']}new.csv") == "3,80\n2,\n"
    assert list(request["Environment"]) == ["SAGEMAKER_MODEL_SERVER_TIMEOUT"]
    assert answer["batch"]["inputs"] == [{"uri": NEW, "name": "new.csv", "rows": 2}]
    assert answer["batch"]["columns"] == ["price"]


def test_a_batch_without_a_header_is_in_the_models_order() -> None:
    answer, store = _batch("3,80\n2,70\n")
    source = answer["request"]["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
    assert store.text(f"{source}new.csv") == "3,80\n2,70\n"


@pytest.mark.parametrize(
    ("rows", "values", "error", "sentence"),
    [
        ("rooms,area\n3,x\n", {}, InvalidDataError, 'row 1: column "area" is "x"'),
        ("rooms,size\n3,4\n", {}, InvalidDataError, "lacks the features area"),
        ("rooms,area\n3,4\n", {"output": "probabilities"}, InvalidInputError, "no probabilities"),
        ("rooms,area\n3,4\n", {"output_format": "jsonl"}, InvalidInputError, "answers a number"),
        ("rooms,area\n3,4\n", {"engine": "bulk"}, InvalidInputError, "does not predict xgboost"),
    ],
)
def test_batches_that_the_algorithm_cannot_answer_are_refused(
    rows: str, values: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as caught:
        _batch(rows, **values)
    assert sentence in str(caught.value)
