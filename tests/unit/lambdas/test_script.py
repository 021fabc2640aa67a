"""Runs of scripts: the job's request, what becomes of its metrics, and what is refused."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import pytest

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.serving_environment import environment_of
from autogluon_lambdas.logic.script.predictor_type import PREDICTOR_TYPE
from autogluon_lambdas.logic.script.program import SCRIPT
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError, TrainingFailedError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

TRAIN, TEST = "s3://data-bucket/income/train.csv", "s3://data-bucket/income/test.csv"
ROWS = "age,workclass,class\n48,Private,<=50K\n30,Private,>50K\n"
SCRIPT_OF_ONES_OWN = {
    "folder": "income",
    "entry_point": "train.py",
    "inference": "inference.py",
    "metrics": {"accuracy": "accuracy=([0-9.]+)"},
    "answers": ["class", "probability"],
}


def _spec(script: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return spec(
        type="script",
        init_args={"label": "class", "problem_type": "binary"},
        fit_args={"depth": 3, "mode": "fast", "bins": [1, 2]},
        image_uri="1.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3",
        script=SCRIPT_OF_ONES_OWN if script is None else script,
        **changes,
    )


def _planned(script: dict[str, Any] | None = None, **values: Any) -> tuple[Any, FakeStore]:
    store = FakeStore({TRAIN: ROWS, TEST: ROWS})
    planner = TrainingPlanner(
        ENVIRONMENT, FakePredictors(_spec(script)), store, FakeRegistry(), FakeTrainingJobs()
    )
    event = planner_event({"predictor": "income", "train_data": TRAIN, **values})
    return planner.plan(event), store


def _job_file(answer: dict[str, Any]) -> S3Location:
    return S3Location.parse(answer["run"]["job_file"])


def _job(request: dict[str, Any], **changes: Any) -> dict[str, Any]:
    output = request["OutputDataConfig"]["S3OutputPath"]
    artifact = f"{output}/{request['TrainingJobName']}/output/model.tar.gz"
    return {
        "InputDataConfig": request["InputDataConfig"],
        "ModelArtifacts": {"S3ModelArtifacts": artifact},
        "TrainingTimeInSeconds": 60,
        **changes,
    }


def _left(store: FakeStore, job: dict[str, Any], **files: str) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"{name}.json")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    model = job["ModelArtifacts"]["S3ModelArtifacts"]
    store.put(model.replace("model.tar.gz", "output.tar.gz"), packed.getvalue())


def test_a_script_runs_by_the_toolkit_with_its_hyperparameters_as_json() -> None:
    answer, _ = _planned()
    request = validated("CreateTrainingJob", answer["request"])
    assert request["HyperParameters"] == {
        "depth": "3",
        "mode": '"fast"',
        "bins": "[1, 2]",
        "sagemaker_program": '"run_script.py"',
        "sagemaker_submit_directory": '"/opt/ml/input/data/code/0123abcd.tar.gz"',
    }
    assert request["AlgorithmSpecification"]["MetricDefinitions"] == [
        {"Name": "accuracy", "Regex": "accuracy=([0-9.]+)"}
    ]
    channels = [channel["ChannelName"] for channel in request["InputDataConfig"]]
    assert channels == ["train", "code", "scripts", "config"]


def test_an_image_of_ones_own_gets_plain_hyperparameters_and_no_code() -> None:
    answer, _ = _planned({})
    request = validated("CreateTrainingJob", answer["request"])
    assert request["HyperParameters"] == {"depth": "3", "mode": "fast", "bins": "[1, 2]"}
    assert "MetricDefinitions" not in request["AlgorithmSpecification"]
    assert [each["ChannelName"] for each in request["InputDataConfig"]] == ["train", "config"]


def test_metrics_of_log_and_file_are_the_versions_and_errors_are_negative() -> None:
    answer, store = _planned(test_data=TEST)
    logged = [{"MetricName": "accuracy", "Value": 0.5}, {"MetricName": "lift", "Value": 3.0}]
    job = _job(answer["request"], FinalMetricDataList=logged)
    record = {"artifact_sha256": "a" * 64, "artifact_bytes": 10, "python": "3.9.1"}
    written = {"accuracy": 0.9, "rmse": 4, "name": "x"}
    _left(store, job, metrics=json.dumps(written), script_record=json.dumps(record))

    report = SCRIPT.report(store, PredictorSpec.from_json(_spec()), job, _job_file(answer))

    found = TrainingMetrics.from_text(report["metrics.json"])
    assert dict(found.metrics) == {"accuracy": 0.9, "lift": 3.0, "rmse": -4.0}
    assert found.warnings == ('metrics.json: "name" is not a number; it is left out.',)
    assert (found.evaluated_on, found.eval_metric) == ("test", "accuracy")
    assert (found.best_model, found.artifact_sha256) == ("train.py", "a" * 64)
    assert report["leaderboard.csv"] == b"model,score_test,fit_time\ntrain.py,0.9,60\n"
    schema = FeatureSchemaHeader.from_text(report["feature_schema.json"])
    assert schema.feature_names == ("age", "workclass")
    assert PREDICTOR_TYPE.answer_columns(schema, "both") == ("class", "probability")
    assert PREDICTOR_TYPE.answer_columns(schema, "labels") == ()


def test_an_image_that_leaves_nothing_beside_its_model_has_no_metrics() -> None:
    answer, store = _planned({})
    spec_of_it = PredictorSpec.from_json(_spec({}))
    report = SCRIPT.report(store, spec_of_it, _job(answer["request"]), _job_file(answer))
    found = TrainingMetrics.from_text(report["metrics.json"])
    assert dict(found.metrics) == {}
    assert found.artifact_sha256 is None
    schema = FeatureSchemaHeader.from_text(report["feature_schema.json"])
    assert PREDICTOR_TYPE.answer_columns(schema, "labels") == ("class",)


@pytest.mark.parametrize("text", ["[1]", "{", "{}"])
def test_a_file_without_metrics_is_told_and_costs_no_model(text: str) -> None:
    answer, store = _planned()
    job = _job(answer["request"])
    _left(store, job, metrics=text)
    report = SCRIPT.report(store, PredictorSpec.from_json(_spec()), job, _job_file(answer))
    (warning,) = TrainingMetrics.from_text(report["metrics.json"]).warnings
    assert warning.startswith("metrics.json must be a JSON object of numbers")


def test_a_damaged_archive_is_a_failed_training() -> None:
    answer, store = _planned()
    job = _job(answer["request"])
    model = job["ModelArtifacts"]["S3ModelArtifacts"]
    store.put(model.replace("model.tar.gz", "output.tar.gz"), b"no archive")
    with pytest.raises(TrainingFailedError, match=r"not a valid tar\.gz archive"):
        SCRIPT.report(store, PredictorSpec.from_json(_spec()), job, _job_file(answer))


def test_the_server_finds_the_script_in_the_artifact() -> None:
    found = environment_of(PredictorSpec.from_json(_spec()), "data")
    assert found["SAGEMAKER_PROGRAM"] == "inference.py"
    assert found["SAGEMAKER_SUBMIT_DIRECTORY"] == "/opt/ml/model/code"
    plain = environment_of(PredictorSpec.from_json(_spec({})), "data")
    assert list(plain) == ["SAGEMAKER_MODEL_SERVER_TIMEOUT"]


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"init_args": {"label": "age"}}, InvalidInputError, "declare another predictor"),
        ({"fit_args": {"a b": 1}}, InvalidInputError, "not the name of a hyperparameter"),
        ({"instance_count": 2}, InvalidInputError, "instance_count: got 2; allowed: 1"),
        ({"test_data": "s3://data-bucket/other.csv"}, InvalidDataError, "other.csv"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_paid_for(
    values: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        _planned(**values)
