"""Mirroring weights, and handing mirrored ones to training jobs."""

import json
from typing import Any

import pytest

from autogluon_contracts.documents.mirror_settings import MirrorSettings
from autogluon_contracts.documents.mirrored_weights import MirroredFile, MirroredWeights
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.weights.plan import MirrorPlanner
from autogluon_lambdas.logic.weights.summarize import MirrorSummarizer
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError, MirrorFailedError
from tests.fakes.lambda_environment import ENVIRONMENT, VARIABLES, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import arn, spec
from tests.fakes.store import FakeStore

ROLE = arn("iam", "role/mirror", region="")
SETTINGS = MirrorSettings(
    hub="https://huggingface.co",
    image_uri="763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023",
    role_arn=ROLE,
    instance_type="ml.m5.large",
    volume_size_gb=50,
    max_runtime_seconds=7200,
    tags={"team": "ml"},
)
BUCKET = "s3://artifact-bucket/weights"
NAME, JOB = "chronos-2-small", "chronos-2-small-first-run-0a1b2c3d"
RECORD = MirroredWeights(
    name=NAME,
    hub=SETTINGS.hub,
    repository="autogluon/chronos-2-small",
    revision="0123abc",
    license="apache-2.0",
    job=JOB,
    mirrored="2026-11-29T20:00:00+00:00",
    sha256="1" * 64,
    files={
        "config.json": MirroredFile(bytes=2, sha256="2" * 64),
        "model.safetensors": MirroredFile(bytes=3, sha256="3" * 64),
    },
)
FOLDER = f"{BUCKET}/sets/{NAME}/{JOB}/chronos-2-small"
FILES = {f"{FOLDER}/config.json": b"{}", f"{FOLDER}/model.safetensors": b"abc"}


def plan(store: FakeStore | None = None, **values: Any) -> dict[str, Any]:
    planner = MirrorPlanner(ENVIRONMENT, SETTINGS, store or FakeStore())
    return planner.plan(planner_event({"name": NAME, "license": "apache-2.0", **values}))


def test_a_processing_job_with_network_access_mirrors_what_its_configuration_says() -> None:
    store = FakeStore()

    answer = plan(store, revision="v2")

    request = validated("CreateProcessingJob", answer["request"])
    job = request["ProcessingJobName"]
    assert job.startswith("chronos-2-small-first-run-")
    assert request["RoleArn"] == ROLE
    assert request["NetworkConfig"] == {"EnableNetworkIsolation": False}
    tags = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
    assert (tags["team"], tags["autogluon:weights"]) == ("ml", NAME)
    assert tags["autogluon:execution"] == answer["mirror"]["execution"]
    assert all(len(part) <= 256 for part in request["AppSpecification"]["ContainerEntrypoint"])
    outputs = {
        each["OutputName"]: each["S3Output"]["S3Uri"]
        for each in request["ProcessingOutputConfig"]["Outputs"]
    }
    assert outputs == {
        "files": f"{BUCKET}/sets/{NAME}/{job}/chronos-2-small",
        "record": f"{BUCKET}/jobs/{job}",
    }
    assert json.loads(store.text(f"{BUCKET}/jobs/{job}/mirror.json")) == {
        "version": 1,
        "name": NAME,
        "job": job,
        "hub": SETTINGS.hub,
        "repository": "autogluon/chronos-2-small",
        "revision": "v2",
        "license": "apache-2.0",
    }


def test_weights_of_ones_own_have_any_name_and_licence() -> None:
    answer = plan(name="our-forecaster", repository="me/forecaster.v2", license="mit")

    uris = [
        each["S3Output"]["S3Uri"] for each in answer["request"]["ProcessingOutputConfig"]["Outputs"]
    ]
    assert uris[0].endswith("/forecaster.v2")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "chronos-2-smal"}, 'is not the name of known weights (did you mean "chronos-2'),
        ({"name": "Chronos"}, "input.name: got 'Chronos'; allowed: at most 30 lower-case"),
        ({"name": "mine", "repository": "../other"}, "input.repository: got '../other'"),
        ({"repository": "me/other"}, "is the name of autogluon/chronos-2-small; choose another"),
        ({"revision": "../x"}, "input.revision: got '../x'"),
        ({"license": "mit"}, "autogluon/chronos-2-small has 'apache-2.0'; read it and accept"),
        ({"licence": "mit"}, 'input.licence: unknown key (did you mean "license"?)'),
    ],
)
def test_wrong_input_is_refused_in_a_sentence(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        plan(**values)
    assert sentence in str(caught.value)


def test_a_set_is_mirrored_once() -> None:
    store = FakeStore({f"{BUCKET}/records/{NAME}.json": RECORD.to_text()})

    with pytest.raises(InvalidInputError) as caught:
        plan(store)
    assert "is mirrored already: autogluon/chronos-2-small at revision 0123abc" in str(caught.value)


def summarize(store: FakeStore) -> dict[str, Any]:
    event = {
        "mirror": {"name": NAME, "job_name": JOB, "execution": "arn:aws:states:::execution:m:one"},
        "processing_job": {"ProcessingJobStatus": "Completed"},
    }
    return MirrorSummarizer(ENVIRONMENT, store).summarize(event)


def test_complete_files_make_a_set_and_record_who_accepted_the_licence() -> None:
    store = FakeStore({**FILES, f"{BUCKET}/jobs/{JOB}/weights.json": RECORD.to_text()})

    summary = summarize(store)

    assert (summary["files"], summary["bytes"], summary["license"]) == (2, 5, "apache-2.0")
    record = MirroredWeights.from_text(store.text(f"{BUCKET}/records/{NAME}.json"))
    assert record.execution == "arn:aws:states:::execution:m:one"
    assert summary["record_uri"] == f"{BUCKET}/records/{NAME}.json"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({f"{FOLDER}/config.json": b"{}"}, "model.safetensors has no bytes, and the job recorded"),
        ({**FILES, f"{FOLDER}/model.safetensors": b"ab"}, "has 2 bytes, and the job recorded 3"),
        ({**FILES, f"{FOLDER}/extra.bin": b"ab"}, "extra.bin has 2 bytes, and the job recorded no"),
    ],
)
def test_other_files_than_the_job_recorded_make_no_set(
    files: dict[str, bytes], sentence: str
) -> None:
    store = FakeStore({**files, f"{BUCKET}/jobs/{JOB}/weights.json": RECORD.to_text()})

    with pytest.raises(MirrorFailedError) as caught:
        summarize(store)
    assert sentence in str(caught.value)
    assert f"{BUCKET}/records/{NAME}.json" not in store.uris()


def test_a_job_without_a_record_fails() -> None:
    with pytest.raises(MirrorFailedError) as caught:
        summarize(FakeStore(FILES))
    assert "left no valid record" in str(caught.value)


TRAIN = "s3://data-bucket/shop/train.csv"
ROWS = "item_id,timestamp,target\n" + "".join(f"a,2025-01-{day:02},{day}\n" for day in range(1, 29))
SERIES = {
    "type": "timeseries",
    "init_args": {"prediction_length": 2},
    "fit_args": {"presets": "chronos2_small"},
    "quality_gate": None,
    "weights": [NAME],
}


def _training(*, mirrored: bool = True, **changes: Any) -> TrainingPlanner:
    records = {f"{BUCKET}/records/{NAME}.json": RECORD.to_text()} if mirrored else {}
    store = FakeStore({TRAIN: ROWS, **records})
    return TrainingPlanner(
        ENVIRONMENT,
        FakePredictors(spec(**{**SERIES, **changes})),
        store,
        FakeRegistry(),
        FakeTrainingJobs(),
    )


def test_a_training_job_gets_exactly_the_files_of_its_sets() -> None:
    planner = _training()

    answer = planner.plan(planner_event({"predictor": "income", "train_data": TRAIN}))

    request = validated("CreateTrainingJob", answer["request"])
    (source,) = (
        channel["DataSource"]["S3DataSource"]
        for channel in request["InputDataConfig"]
        if channel["ChannelName"] == "weights"
    )
    assert source["S3DataType"] == "ManifestFile"
    assert isinstance(planner.store, FakeStore)
    assert json.loads(planner.store.text(source["S3Uri"])) == [
        {"prefix": f"{BUCKET}/sets/"},
        f"{NAME}/{JOB}/chronos-2-small/config.json",
        f"{NAME}/{JOB}/chronos-2-small/model.safetensors",
    ]
    job = json.loads(planner.store.text(answer["run"]["folder"] + "config/job.json"))
    assert job["weights"] == {
        NAME: {
            "folder": f"{NAME}/{JOB}/chronos-2-small",
            "sha256": RECORD.sha256,
            "repository": RECORD.repository,
            "revision": RECORD.revision,
            "license": RECORD.license,
        }
    }


@pytest.mark.parametrize(
    ("changes", "values", "sentence"),
    [
        (
            {"mirrored": False},
            {},
            'weights: the set "chronos-2-small" is not mirrored in this environment. Run `agcdk '
            "weights add chronos-2-small` first.",
        ),
        ({}, {"fit_args": {"presets": "medium_quality"}}, "has Toto2, whose pretrained weights"),
        ({}, {"weights": "s3://data-bucket/mine"}, "the settings name chronos-2-small in weights"),
        (
            {"type": "tabular", "fit_args": {"hyperparameters": {"MITRA": {}}}, "weights": [],
             "init_args": {"label": "target"}, "network_isolation": True},
            {},
            "input.fit_args.hyperparameters: the object has MITRA, whose pretrained weights",
        ),
        (
            {"type": "tabular", "fit_args": {"hyperparameters": {"GBM": {}}}, "weights": [],
             "init_args": {"label": "target"}, "network_isolation": True},
            {"fit_args": {"hyperparameters": {"TABICL": {}}}},
            "input.fit_args.hyperparameters.TABICL: needs the package tabicl, which AutoGluon's",
        ),
    ],
)  # fmt: skip
def test_runs_without_their_weights_are_refused_in_a_sentence(
    changes: dict[str, Any], values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _training(**changes).plan(
            planner_event({"predictor": "income", "train_data": TRAIN, **values})
        )
    assert sentence in str(caught.value)


def test_the_function_reads_its_settings_from_a_variable() -> None:
    environment = Environment({**VARIABLES, "MIRROR": SETTINGS.to_text()})

    assert environment.mirror == SETTINGS
