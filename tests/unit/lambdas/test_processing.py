"""Planning and summarizing processing runs: inputs, request, document, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_contracts.documents.processing_job import ProcessingJobConfig
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.processing.plan import ProcessingPlanner
from autogluon_lambdas.logic.processing.summarize import ProcessingSummarizer
from autogluon_lambdas.models.errors import (
    InvalidDataError,
    InvalidInputError,
    ProcessingFailedError,
)
from tests.fakes.lambda_environment import ENVIRONMENT, VARIABLES, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors
from tests.fakes.sandbox import KEY_ARN, spec
from tests.fakes.store import FakeStore

RAW = "s3://data-bucket/raw"
FEATURES: dict[str, Any] = {
    "script": "income/features/features.py",
    "inputs": {"raw": "s3://{data_bucket}/raw/", "codes": None},
    "outputs": ["train", "test"],
    "arguments": ["--share", "0.2"],
    "environment": {"MODE": "usual", "OTHER": "1"},
    "volume_size_gb": 30,
}
CODES = {"codes": f"{RAW}/codes.csv"}
FILES = {f"{RAW}/a.csv": "x\n1\n", f"{RAW}/b.csv": "x\n2\n", f"{RAW}/codes.csv": "c\n1\n"}


def _planner(
    processing: dict[str, Any] | None = None, files: dict[str, str] | None = None, **changes: Any
) -> ProcessingPlanner:
    steps = {"features": FEATURES} if processing is None else processing
    store = FakeStore(FILES if files is None else files)
    return ProcessingPlanner(ENVIRONMENT, FakePredictors(spec(processing=steps, **changes)), store)


def _plan(planner: ProcessingPlanner, **values: Any) -> dict[str, Any]:
    return planner.plan(planner_event({"predictor": "income", **values}))


def _refusal(
    planner: ProcessingPlanner, error: type[Exception] = InvalidInputError, **values: Any
) -> str:
    with pytest.raises(error) as caught:
        _plan(planner, **values)
    assert planner.store.find("artifact-bucket", "", limit=1) == []  # nothing was written
    return str(caught.value)


def _config(planner: ProcessingPlanner, answer: dict[str, Any]) -> ProcessingJobConfig:
    uri = f"{answer['run']['folder']}config/processing_job.json"
    return ProcessingJobConfig.from_text(planner.store.read(S3Location.parse(uri), 0, 10_000))


def test_the_job_reads_inputs_scripts_code_and_its_document() -> None:
    planner = _planner()
    answer = _plan(planner, inputs=CODES)
    request = validated("CreateProcessingJob", answer["request"])
    inputs = {each["InputName"]: each["S3Input"] for each in request["ProcessingInputs"]}
    folder = answer["run"]["folder"]
    assert folder.startswith("s3://artifact-bucket/income/processing/")
    assert {name: each["S3Uri"] for name, each in inputs.items()} == {
        "code": VARIABLES["CODE_URI"],
        "config": f"{folder}config/processing_job.json",
        "scripts": VARIABLES["SCRIPTS_URI"],
        "input-raw": f"{RAW}/",
        "input-codes": f"{RAW}/codes.csv",
    }
    assert inputs["input-raw"]["LocalPath"] == "/opt/ml/processing/input/raw"
    outputs = request["ProcessingOutputConfig"]
    assert outputs["KmsKeyId"] == KEY_ARN
    assert {each["OutputName"]: each["S3Output"]["S3Uri"] for each in outputs["Outputs"]} == {
        "train": f"{folder}outputs/train",
        "test": f"{folder}outputs/test",
    }
    assert request["RoleArn"] == VARIABLES["PROCESSING_ROLE_ARN"]
    assert request["NetworkConfig"]["EnableNetworkIsolation"] is True
    cluster = request["ProcessingResources"]["ClusterConfig"]
    assert (cluster["InstanceType"], cluster["VolumeSizeInGB"]) == ("ml.m5.xlarge", 30)
    assert cluster["VolumeKmsKeyId"] == KEY_ARN


def test_the_run_names_where_its_outputs_will_be() -> None:
    run = _plan(_planner(), inputs=CODES)["run"]
    assert run["step"] == "features"
    assert run["outputs"] == {
        "train": f"{run['folder']}outputs/train/",
        "test": f"{run['folder']}outputs/test/",
    }


def test_the_jobs_document_joins_settings_and_input() -> None:
    planner = _planner()
    answer = _plan(planner, inputs=CODES, arguments=["--share", "0.5"], environment={"MODE": "new"})
    config = _config(planner, answer)
    assert config.script == "income/features/features.py"
    assert config.arguments == ("--share", "0.5")
    assert config.environment == {"MODE": "new", "OTHER": "1"}
    assert config.inputs == {"raw": f"{RAW}/", "codes": f"{RAW}/codes.csv"}
    assert config.outputs == ("train", "test")
    assert config.profile is None


def test_without_arguments_those_of_the_settings_count() -> None:
    planner = _planner()
    assert _config(planner, _plan(planner, inputs=CODES)).arguments == ("--share", "0.2")


def test_an_object_whose_key_begins_others_is_read_alone() -> None:
    planner = _planner(files={**FILES, f"{RAW}/codes.csv.bak": "old\n"})
    answer = _plan(planner, inputs=CODES)
    sources = {e["InputName"]: e["S3Input"] for e in answer["request"]["ProcessingInputs"]}
    assert sources["input-codes"]["S3DataType"] == "ManifestFile"
    manifest = planner.store.read(
        S3Location.parse(sources["input-codes"]["S3Uri"]), 0, 10_000
    ).decode()
    assert manifest == f'[{{"prefix": "{RAW}/"}}, "codes.csv"]'


def test_a_folder_whose_name_begins_another_is_read_alone() -> None:
    planner = _planner(files={**FILES, "s3://data-bucket/rawer/z.csv": "x\n"})
    answer = _plan(planner, inputs={**CODES, "raw": RAW})
    sources = {e["InputName"]: e["S3Input"] for e in answer["request"]["ProcessingInputs"]}
    assert sources["input-raw"]["S3Uri"] == f"{RAW}/"


def test_instances_share_the_files_of_sharded_inputs() -> None:
    step = {**FEATURES, "instance_count": 3, "sharded_inputs": ["raw"]}
    answer = _plan(_planner({"features": step}), inputs=CODES)
    sharing = {
        each["InputName"]: each["S3Input"]["S3DataDistributionType"]
        for each in answer["request"]["ProcessingInputs"]
    }
    assert [name for name, how in sharing.items() if how == "ShardedByS3Key"] == ["input-raw"]
    cluster = answer["request"]["ProcessingResources"]["ClusterConfig"]
    assert cluster["InstanceCount"] == 3


def test_fallback_types_are_tried_with_their_own_storage() -> None:
    step = {
        **FEATURES,
        "fallback_instance_types": ["ml.r5d.large"],
        "local_storage_gb": {"ml.r5d.large": 75},
        "volume_size_gb": 100,
    }
    resources = _plan(_planner({"features": step}), inputs=CODES)["ladder"]["resources"]
    clusters = [each["ProcessingResources"]["ClusterConfig"] for each in resources]
    assert [each["VolumeSizeInGB"] for each in clusters] == [100, 75]
    assert "VolumeKmsKeyId" not in clusters[1]


def test_a_job_runs_the_image_for_cpus_where_another_one_serves() -> None:
    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"
    planner = _planner(processing_image_uri=image, inference_image_uri="gpu")
    request = _plan(planner, inputs=CODES)["request"]
    assert request["AppSpecification"]["ImageUri"] == image


def test_what_an_earlier_run_wrote_is_an_input() -> None:
    earlier = "s3://artifact-bucket/income/processing/job/outputs/train/"
    planner = _planner(files={**FILES, f"{earlier}rows.csv": "x\n1\n"})
    answer = _plan(planner, inputs={**CODES, "raw": earlier})
    assert _config(planner, answer).inputs["raw"] == earlier


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"inputs": {}}, ["input.inputs.codes: missing", "--input codes=s3://BUCKET/FOLDER/"]),
        (
            {"inputs": {**CODES, "raws": f"{RAW}/"}},
            ['"features" has no input "raws"', 'did you mean "raw"'],
        ),
        ({"step": "feature"}, ['no processing step "feature"', 'did you mean "features"']),
        ({"inputs": {**CODES, "raw": "raw/"}}, ["input.inputs.raw", "s3://<bucket>"]),
        ({"inputs": CODES, "instance_type": "ml.m5.large"}, ["input.instance_type: unknown key"]),
        (
            {"step": "profile", "inputs": {"data": f"{RAW}/a.csv"}, "arguments": ["x"]},
            ["input.arguments", "runs no script"],
        ),
        ({"step": "profile", "inputs": {"train": RAW}}, ['"profile" has no input "train"']),
        ({"step": "profile"}, ["input.inputs.data: missing"]),
    ],
)
def test_a_wrong_input_is_refused_by_name(values: dict[str, Any], words: list[str]) -> None:
    told = _refusal(_planner(), **values)
    assert all(word in told for word in words), told


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("s3://data-bucket/nothing/", ["not found"]),
        ("s3://data-bucket/empty.csv", ["empty (0 bytes)"]),
        (
            "s3://artifact-bucket/income/runs/job/report/",
            ["artifact bucket", "Copy the files into the data bucket"],
        ),
    ],
)
def test_data_that_a_job_could_not_read_are_refused(uri: str, words: list[str]) -> None:
    planner = _planner(files={**FILES, "s3://data-bucket/empty.csv": ""})
    told = _refusal(planner, InvalidDataError, inputs={**CODES, "raw": uri})
    assert all(word in told for word in ["input.inputs.raw", *words]), told


def test_a_bucket_that_the_environment_may_not_read_is_refused() -> None:
    planner = _planner()
    planner.store.denied.add("elsewhere")  # type: ignore[attr-defined]
    told = _refusal(planner, InvalidDataError, inputs={**CODES, "raw": "s3://elsewhere/x/"})
    assert "may not read it" in told


def test_more_data_than_storage_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autogluon_lambdas.logic.processing.plan._GIGABYTE", 1)
    step = {**FEATURES, "volume_size_gb": 8}
    told = _refusal(_planner({"features": step}), InvalidDataError, inputs=CODES)
    assert "and ml.m5.xlarge has 8 GB for them" in told
    assert "processing.features.volume_size_gb" in told


def test_one_of_several_steps_has_to_be_named() -> None:
    planner = _planner({"features": FEATURES, "clean": FEATURES})
    told = _refusal(planner)
    assert "input.step: missing" in told
    assert "features, clean, profile" in told


def test_a_predictor_without_steps_says_so() -> None:
    assert "have no processing steps" in _refusal(_planner({}))


def test_any_predictor_can_profile_data() -> None:
    planner = _planner({}, init_args={"label": "x", "problem_type": "regression"})
    answer = _plan(planner, step="profile", inputs={"data": f"{RAW}/a.csv"})
    request = validated("CreateProcessingJob", answer["request"])
    names = [each["InputName"] for each in request["ProcessingInputs"]]
    assert names == ["code", "config", "input-data"]
    config = _config(planner, answer)
    assert config.script is None
    assert config.profile is not None
    assert (config.profile.label, config.profile.problem_type) == ("x", "regression")
    assert answer["run"]["page_uri"].endswith("/outputs/profile/profile.html")


def test_data_in_unknown_formats_are_refused_before_a_profile_starts() -> None:
    planner = _planner({}, files={"s3://data-bucket/x.xlsx": "zip"})
    values = {"step": "profile", "inputs": {"data": "s3://data-bucket/x.xlsx"}}
    assert "xlsx" in _refusal(planner, InvalidDataError, **values)


def test_the_summary_counts_the_files_of_each_output() -> None:
    run = _plan(_planner(), inputs=CODES)["run"]
    store = FakeStore(
        {
            f"{run['outputs']['train']}a.csv": "12345",
            f"{run['outputs']['train']}b/c.csv": "678",
            f"{run['outputs']['test']}a.csv": "9",
        }
    )
    summary = ProcessingSummarizer(store).summarize({"run": run})
    assert summary["files"] == {"train": 2, "test": 1}
    assert summary["bytes"] == {"train": 8, "test": 1}
    assert summary["outputs"] == run["outputs"]


def test_an_output_without_files_fails_the_run() -> None:
    run = _plan(_planner(), inputs=CODES)["run"]
    store = FakeStore({f"{run['outputs']['train']}a.csv": "1"})
    with pytest.raises(ProcessingFailedError, match='no file into the output "test"') as caught:
        ProcessingSummarizer(store).summarize({"run": run})
    assert "OUTPUT_TEST" in str(caught.value)


def test_so_many_files_of_an_output_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autogluon_lambdas.logic.processing.summarize.MOST_FILES", 2)
    run = {"outputs": {"train": f"{RAW}/"}}
    assert ProcessingSummarizer(FakeStore(FILES)).summarize({"run": run})["files"] == {"train": 2}
