"""Planning a run that trains a model further: its channel, its job file, and every refusal."""

import json
from dataclasses import replace
from typing import Any

import pytest

from autogluon_contracts.documents.mirrored_weights import MirroredFile, MirroredWeights
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.tuning.plan import TuningPlanner
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs, package
from tests.fakes.sandbox import GROUP_ARN, spec
from tests.fakes.store import FakeStore

FIRST, NEW = "s3://data-bucket/income/train.csv", "s3://data-bucket/income/new.csv"
HEADER, ROWS = "age,workclass,class\n", "48,Private,<=50K\n30,Private,>50K\n"
RUN = "s3://artifact-bucket/income/runs/run-1"
ARTIFACT = f"{RUN}/output/model.tar.gz"
SHA = "ab" * 32
SCHEMA = {
    "version": 1,
    "label": "class",
    "problem_type": "binary",
    "classes": ["<=50K", ">50K"],
    "features": [{"name": "age"}, {"name": "workclass"}],
}
METRICS: dict[str, Any] = {
    "version": 1,
    "predictor": "income",
    "run": "run-1",
    "label": "class",
    "problem_type": "binary",
    "eval_metric": "roc_auc",
    "best_model": "LightGBM",
    "evaluated_on": "test",
    "rows": {"train": 100, "test": 10},
    "metrics": {"roc_auc": 0.9},
    "models": ["LightGBM"],
    "serving": {"optimize_for": "accuracy"},
    "fit_seconds": 1.0,
    "artifact_bytes": 1000,
    "artifact_sha256": SHA,
    "versions": {"autogluon": "1.6.3", "python": "3.12.0"},
    "warnings": [],
}
JOB: dict[str, Any] = {
    "version": 1,
    "predictor": "income",
    "run": "run-1",
    "type": "tabular",
    "framework_version": "1.6.3",
    "init_args": {"label": "class", "eval_metric": "roc_auc"},
    "fit_args": {},
    "max_runtime_seconds": 3600,
    "data": {"train": FIRST, "test": None, "tuning": None},
    "reading": {"keep_na": ["workclass"], "date_order": {}},
    "further_training": True,
}

WEIGHTS = {
    "folder": "sets/mitra-classifier/mirror-1/mitra-classifier",
    "sha256": "1" * 64,
    "repository": "autogluon/mitra-classifier",
    "revision": "0123abc",
    "license": "apache-2.0",
}
RECORD = MirroredWeights(
    name="mitra-classifier",
    hub="https://hub.example.com",
    repository="autogluon/mitra-classifier",
    revision="4567def",
    license="apache-2.0",
    job="mirror-2",
    mirrored="2026-11-29T20:00:00+00:00",
    sha256="2" * 64,
    files={"config.json": MirroredFile(bytes=2, sha256="3" * 64)},
)
MITRA: dict[str, Any] = {"MITRA": {}}


def _planner(
    *,
    schema: dict[str, Any] | None = None,
    metrics: dict[str, Any] | None = None,
    job: dict[str, Any] | None = None,
    header: str = HEADER,
    recorded: bool = True,
    **changes: Any,
) -> TrainingPlanner:
    store = FakeStore({FIRST: HEADER + ROWS, NEW: header + ROWS})
    store.put(f"{RUN}/report/feature_schema.json", json.dumps(SCHEMA | (schema or {})))
    store.put(f"{RUN}/report/metrics.json", json.dumps(METRICS | (metrics or {})))
    store.put(f"{RUN}/config/job.json", json.dumps(JOB | (job or {})))
    store.put("s3://artifact-bucket/weights/records/mitra-classifier.json", RECORD.to_text())
    version = package(1)
    if recorded:
        version = replace(version, environment={**version.environment, ARTIFACT_VARIABLE: SHA})
    predictors = FakePredictors(spec(**changes), live=f"{GROUP_ARN}/1")
    return TrainingPlanner(
        ENVIRONMENT, predictors, store, FakeRegistry(version), FakeTrainingJobs()
    )


def _values(**values: Any) -> dict[str, Any]:
    return {"predictor": "income", "train_data": NEW, "from_model": "live", **values}


def _problem(
    planner: TrainingPlanner, error: type[Exception] = InvalidInputError, **values: Any
) -> str:
    with pytest.raises(error) as caught:
        planner.plan(planner_event(_values(**values)))
    return str(caught.value)


def _job(planner: TrainingPlanner, answer: dict[str, Any]) -> TrainingJobConfig:
    assert isinstance(planner.store, FakeStore)
    return TrainingJobConfig.from_text(
        planner.store.text(answer["run"]["folder"] + "config/job.json")
    )


@pytest.mark.parametrize("named", ["live", "latest", 1, f"{GROUP_ARN}/1", ARTIFACT])
def test_the_model_arrives_in_its_channel_with_its_hash(named: str | int) -> None:
    planner = _planner()

    answer = planner.plan(planner_event(_values(from_model=named)))

    request = validated("CreateTrainingJob", answer["request"])
    (channel,) = [c for c in request["InputDataConfig"] if c["ChannelName"] == "model"]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == ARTIFACT
    parent = _job(planner, answer).parent
    assert parent is not None
    assert (parent.method, parent.artifact_sha256, parent.run) == ("refit_full", SHA, "run-1")
    assert parent.model == (None if named == ARTIFACT else f"{GROUP_ARN}/1")
    assert parent.first_data == FIRST


def test_the_model_keeps_its_arguments_and_the_settings_time_limit_holds() -> None:
    planner = _planner()
    values = _values(method="fit_extra", train_data=FIRST, fit_args={"hyperparameters": {"XT": {}}})

    job = _job(planner, planner.plan(planner_event(values)))

    assert job.init_args == JOB["init_args"]
    assert job.fit_args == {"hyperparameters": {"XT": {}}, "time_limit": 60}
    assert job.reading.keep_na == ("workclass",)


def test_an_interrupted_job_begins_again_without_a_checkpoint() -> None:
    training = {**spec()["training"], "spot": {"max_wait_seconds": 7200}, "checkpoints": True}
    planner = _planner(training=training)

    answer = planner.plan(planner_event(_values()))

    request = validated("CreateTrainingJob", answer["request"])
    assert request["EnableManagedSpotTraining"] is True
    assert "CheckpointConfig" not in request
    assert not _job(planner, answer).checkpoints


def test_a_threshold_needs_no_weights() -> None:
    planner = _planner(job={"weights": {"mitra-classifier": WEIGHTS}})
    threshold = {"method": "calibrate_decision_threshold", "fit_args": {"metric": "f1"}}

    assert planner.plan(planner_event(_values(**threshold, test_data=FIRST)))["request"]


def test_the_channel_may_have_another_name() -> None:
    answer = _planner().plan(planner_event(_values(model_channel_name="warm-start")))

    assert "warm-start" in {c["ChannelName"] for c in answer["request"]["InputDataConfig"]}


def test_a_model_of_models_knows_its_first_data() -> None:
    parent = {"method": "refit_full", "artifact": ARTIFACT, "artifact_sha256": SHA, "run": "run-0",
              "first_data": "s3://data-bucket/oldest.csv"}  # fmt: skip
    planner = _planner(job={"parent": parent})

    problem = _problem(
        planner,
        InvalidDataError,
        method="fit_extra",
        fit_args={"hyperparameters": {"XT": {}}},
    )

    assert "first learned from, which is s3://data-bucket/oldest.csv" in problem


@pytest.mark.parametrize(
    ("made", "values", "problem"),
    [
        ({}, {"method": "refit"}, "input.method: unknown method 'refit'"),
        ({}, {"from_model": 7}, "input.from_model: version 7 of predictor"),
        ({}, {"from_model": "s3://bucket/model.tar.gz"}, "which ends in /output/model.tar.gz"),
        ({}, {"from_model": "s3://bucket/other/output/model.tar.gz"}, "cannot be read"),
        ({}, {"from_model": None, "method": "refit_full"}, "without a model to train further"),
        ({}, {"model_channel_name": "train"}, "input.model_channel_name: got 'train'"),
        ({}, {"init_args": {"eval_metric": "f1"}}, "input.init_args.eval_metric: got"),
        ({}, {"fit_args": {"time_limit": 9}}, "input.fit_args.time_limit: unknown argument"),
        ({}, {"method": "fit_extra"}, "fit_args.hyperparameters: missing; fit_extra needs it"),
        ({}, {"continue_run": "stopped"}, "input.continue_run: a model that is trained further"),
        (
            {"job": {"weights": {"mitra-classifier": WEIGHTS}}},
            {},
            'learned from the weights "mitra-classifier", which predictor "income" no longer names',
        ),
        (
            {"job": {"weights": {"mitra-classifier": WEIGHTS}}, "weights": ["mitra-classifier"]},
            {},
            'learned from other weights "mitra-classifier" than those that are mirrored now',
        ),
        (
            {},
            {"method": "fit_extra", "train_data": FIRST, "fit_args": {"hyperparameters": MITRA}},
            "whose pretrained weights a job without network access cannot",
        ),
        ({}, {"tuning_data": FIRST}, "keeps its own validation rows"),
        ({}, {"instance_count": 2}, "instance_count: got 2"),
        (
            {},
            {"method": "calibrate_decision_threshold", "fit_args": {"metric": "f1"}},
            "input.test_data: missing",
        ),
        (
            {},
            {"method": "calibrate_decision_threshold", "test_data": FIRST},
            "input.fit_args.metric: missing; roc_auc, for which version 1 was trained",
        ),
        (
            {"schema": {"problem_type": "regression"}},
            {"method": "calibrate_decision_threshold", "test_data": FIRST},
            "is for binary models, and version 1 is regression",
        ),
        ({"recorded": False}, {}, "version 1 has no recorded hash"),
        (
            {"metrics": {"artifact_sha256": None}},
            {"from_model": ARTIFACT},
            "records no hash",
        ),
        ({"job": {"further_training": False}}, {}, "holds neither its training data nor all"),
        (
            {"job": {"init_args": {"label": "class", "sample_weight": "w"}}},
            {},
            "cannot add rows to a model with sample_weight",
        ),
        (
            {"metrics": {"versions": {"autogluon": "1.5.0", "python": "3.12"}}},
            {},
            "was trained with AutoGluon 1.5.0",
        ),
        ({"schema": {"label": "sex"}}, {}, 'version 1 has the label "sex"'),
        ({"schema": {"type": "timeseries"}}, {}, "version 1 is a timeseries model"),
        (
            {"type": "timeseries"},
            {},
            "has type 'timeseries', whose predictors AutoGluon fits once. Leave from_model out",
        ),
        ({"type": "multimodal"}, {}, "version 1 is a tabular model, and predictor"),
    ],
)
def test_what_cannot_work_is_refused_before_a_job(
    made: dict[str, Any], values: dict[str, Any], problem: str
) -> None:
    assert problem in _problem(_planner(**made), **values)


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("aged,workclass,class\n", 'lacks "age" and has also "aged" (did you mean "age"?)'),
        ("age,workclass,label\n", 'lacks "class" and has also "label"'),
        ("age,workclass,more,class\n", 'has also "more"'),
    ],
)
def test_other_columns_than_the_models_are_refused(header: str, problem: str) -> None:
    found = _problem(_planner(header=header), InvalidDataError)

    assert problem in found
    assert "compared with what version 1 takes" in found


def test_rows_for_pseudo_labels_may_lack_the_label() -> None:
    planner = _planner(header="age,workclass\n")

    planner.plan(planner_event(_values(method="fit_pseudolabel")))


def test_a_search_starts_from_no_model() -> None:
    tuning = {"ranges": {"fit_args.time_limit": {"type": "integer", "min": 10, "max": 50}}}
    planner = _planner()
    found = FakePredictors(spec(tuning=tuning))

    with pytest.raises(InvalidInputError, match=r"input\.from_model: a search trains every trial"):
        TuningPlanner(ENVIRONMENT, found, planner.store, FakeTrainingJobs()).plan(
            planner_event(_values())
        )
