"""Runs of algorithm resources: judged by the algorithm's own specification, named in requests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.adapters.sagemaker_registry import SageMakerRegistry
from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.logic.script.program import SCRIPT
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.training.summarize import TrainingSummarizer
from autogluon_lambdas.models.algorithm import AlgorithmResource
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from autogluon_lambdas.ports import Tracker
from tests.fakes import algorithm as fake
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
NEW = "s3://data-bucket/houses/new.csv"
ROWS = "rooms,Price\n3,200\n4,300\n"
ALGORITHM = AlgorithmResource.from_description(fake.described())


def _spec(**changes: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "type": "script",
        "init_args": {"label": "Price", "problem_type": "regression"},
        "fit_args": {"label": "Price"},
        "image_uri": "",
        "inference_image_uri": "",
        "script": {},
        "algorithm_arn": fake.ARN,
        "quality_gate": None,
        "network_isolation": True,
    }
    return spec(**{**settings, **changes})


def _planned(
    algorithm: AlgorithmResource | None = ALGORITHM,
    settings: dict[str, Any] | None = None,
    **values: Any,
) -> tuple[Any, FakeStore]:
    store = FakeStore({TRAIN: ROWS, TUNE: ROWS, TRAIN.replace("csv", "jsonl"): '{"Price": 1}\n'})
    planner = TrainingPlanner(
        ENVIRONMENT,
        FakePredictors(_spec(**(settings or {}))),
        store,
        FakeRegistry(algorithm=algorithm),
        FakeTrainingJobs(),
    )
    return planner.plan(
        planner_event({"predictor": "income", "train_data": TRAIN, **values})
    ), store


def test_the_job_names_the_algorithm_and_gets_its_channels_alone() -> None:
    answer, _ = _planned(tuning_data=TUNE, fit_args={"rounds": 5})
    request = validated("CreateTrainingJob", answer["request"])
    assert request["AlgorithmSpecification"] == {
        "AlgorithmName": fake.ARN, "TrainingInputMode": "File"
    }  # fmt: skip
    assert request["HyperParameters"] == {"label": "Price", "factor": "1", "rounds": "5"}
    assert [each["ChannelName"] for each in request["InputDataConfig"]] == ["train", "validation"]
    assert {each["ContentType"] for each in request["InputDataConfig"]} == {"text/csv"}
    assert request["EnableNetworkIsolation"] is True
    assert answer["integration"] == "optimised"


def test_channels_have_the_names_that_the_algorithm_gives_them() -> None:
    training = fake.channel("training", SupportedContentTypes=["application/x-parquet", "csv"])
    specification = {**fake.request()["TrainingSpecification"], "TrainingChannels": [training]}
    found = AlgorithmResource.from_description(fake.described(TrainingSpecification=specification))
    (channel,) = _planned(found)[0]["request"]["InputDataConfig"]
    assert (channel["ChannelName"], channel["ContentType"]) == ("training", "csv")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"fit_args": {"factr": 2}}, 'factr: unknown to the algorithm (did you mean "factor"?)'),
        ({"fit_args": {"factor": 11}}, "fit_args.factor: got 11; allowed: a number from 0 to 10"),
        ({"fit_args": {"rounds": 1.5}}, "rounds: got 1.5; allowed: a whole number from 1 to 100"),
        ({"fit_args": {"rounds": "many"}}, "rounds: got many; allowed: a whole number"),
        ({"fit_args": {"mode": "c"}}, "fit_args.mode: got c; allowed: a, b"),
        ({"instance_count": 2}, "instance_count: got 2; allowed: 1"),
    ],
)
def test_a_run_is_judged_before_anything_is_paid_for(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _planned(**values)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": "Failed"}, "is Failed; allowed: Completed"),
        ({"serves": False}, "has no InferenceSpecification"),
        ({"request_types": ("application/json",)}, "models that read application/json"),
        ({"answer_types": ("application/json",)}, "models that write application/json"),
        ({"training_types": ("ml.p3.2xlarge",)}, "allowed by the algorithm: ml.p3.2xlarge"),
        ({"transform_types": ("ml.c5.large",)}, "has the batch instance type ml.m5"),
        ({"endpoint_types": ("ml.c5.large",)}, "has the endpoint instance type ml.m5"),
    ],
)
def test_an_algorithm_that_cannot_train_or_serve_is_refused_by_name(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _planned(replace(ALGORITHM, **changes))
    assert sentence in str(caught.value)


def test_an_algorithm_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidInputError, match="algorithm/prices, does not exist"):
        _planned(None)


def test_hyperparameters_that_the_algorithm_requires_are_asked_for() -> None:
    with pytest.raises(InvalidInputError, match=r"fit_args\.label: missing"):
        _planned(settings={"fit_args": {}})


def test_the_settings_image_is_the_algorithms() -> None:
    _planned(settings={"image_uri": fake.IMAGE.replace(":7", ":8")})
    with pytest.raises(InvalidInputError, match="give the algorithm's image there"):
        _planned(settings={"image_uri": fake.IMAGE.replace("prices", "costs")})


@pytest.mark.parametrize(
    ("channels", "values", "sentence"),
    [
        (("train",), {"tuning_data": TUNE}, "has no channel for it; its channels: train"),
        (("train", "x"), {}, 'requires its channel "x", which no data of a run is for'),
        (("train", "validation"), {}, 'requires its channel "validation", which gets this data'),
        (("rows", "model"), {}, "Runs know channels by the names train, training"),
    ],
)
def test_data_without_a_channel_and_channels_without_data_are_refused(
    channels: tuple[str, ...], values: dict[str, Any], sentence: str
) -> None:
    found = tuple(replace(ALGORITHM.channels[0], name=name) for name in channels)
    with pytest.raises(InvalidDataError) as caught:
        _planned(replace(ALGORITHM, channels=found), **values)
    assert sentence in f"{caught.value} {caught.value.advice}"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"content_types": ("text/libsvm",)}, "takes text/libsvm, and"),
        ({"input_modes": ("Pipe",)}, "takes the input modes Pipe"),
        ({"compression_types": ("Gzip",)}, "takes compressed data only"),
    ],
)
def test_data_that_a_channel_does_not_take_are_refused(
    changes: dict[str, Any], sentence: str
) -> None:
    train = replace(ALGORITHM.channels[0], **changes)
    with pytest.raises(InvalidDataError, match=sentence):
        _planned(replace(ALGORITHM, channels=(train,)))


def _job(request: dict[str, Any], logged: float) -> dict[str, Any]:
    artifact = f"{request['OutputDataConfig']['S3OutputPath']}/x/output/model.tar.gz"
    return {
        "InputDataConfig": request["InputDataConfig"],
        "ModelArtifacts": {"S3ModelArtifacts": artifact},
        "TrainingJobStatus": "Completed",
        "FinalMetricDataList": [{"MetricName": "mean", "Value": logged}],
    }


def _no_tracker(address: str) -> Tracker:
    raise AssertionError(address)


def test_a_version_names_its_algorithm_and_has_the_algorithms_metrics() -> None:
    answer, store = _planned()
    job = _job(answer["request"], 250.0)
    summarizer = TrainingSummarizer(
        ENVIRONMENT, FakePredictors(_spec()), store, FakeRegistry(), _no_tracker
    )
    found = summarizer.summarize({"run": answer["run"], "training_job": job})
    registration = validated("CreateModelPackage", found["registration"])
    source = {"AlgorithmName": fake.ARN, "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]}
    assert registration["SourceAlgorithmSpecification"] == {"SourceAlgorithms": [source]}
    assert "InferenceSpecification" not in registration
    assert found["summary"]["metrics"] == {"mean": 250.0}

    job_file = S3Location.parse(answer["run"]["job_file"])
    report = SCRIPT.report(store, PredictorSpec.from_json(_spec()), job, job_file)
    assert TrainingMetrics.from_text(report["metrics.json"]).best_model == fake.ARN


def _batch(status: str) -> dict[str, Any]:
    schema = (
        '{"version": 1, "type": "script", "label": "Price", "problem_type": "regression", '
        '"classes": null, "details": {"answers": ["Price"]}, "features": [{"name": "rooms"}]}'
    )
    report = "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json"
    store = FakeStore({NEW: "rooms\n3\n", report: schema})
    planner = BatchPlanner(
        ENVIRONMENT,
        FakePredictors(_spec(), live=f"{GROUP_ARN}/1"),
        store,
        FakeRegistry(package(1, status)),
        FakeEndpoints(),
    )
    return planner.plan(planner_event({"predictor": "income", "data": NEW}))


def test_a_batch_makes_its_model_of_the_version_by_name() -> None:
    request = validated("CreateModel", _batch("Approved")["model_request"])
    assert request["PrimaryContainer"] == {"ModelPackageName": f"{GROUP_ARN}/1"}
    assert request["EnableNetworkIsolation"] is True


def test_a_batch_by_a_version_that_is_not_approved_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="only after their approval"):
        _batch("PendingManualApproval")


class _Client:
    """Answers about one algorithm, and about one version of it."""

    def describe_algorithm(self, **asked: str) -> dict[str, Any]:
        assert asked == {"AlgorithmName": fake.ARN}
        return fake.described()

    def describe_model_package(self, **asked: str) -> dict[str, Any]:
        source = {"AlgorithmName": fake.ARN, "ModelDataUrl": "s3://bucket/model.tar.gz"}
        return {
            "ModelPackageArn": asked["ModelPackageName"],
            "ModelPackageVersion": 1,
            "ModelApprovalStatus": "Approved",
            "ModelPackageStatus": "Completed",
            "InferenceSpecification": {"Containers": [{"Image": fake.IMAGE}]},
            "SourceAlgorithmSpecification": {"SourceAlgorithms": [source]},
        }


def test_the_registry_reads_algorithms_and_their_versions_artifacts() -> None:
    registry = SageMakerRegistry(_Client())
    assert registry.algorithm(fake.ARN) == ALGORITHM
    version = registry.describe(f"{GROUP_ARN}/1")
    assert version is not None
    assert version.model_data_url == "s3://bucket/model.tar.gz"
