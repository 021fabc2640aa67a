"""Planning a batch through the containers that an endpoint runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event
from tests.fakes.lambda_ports import FakeEndpoints, FakePredictors, FakeRegistry, package
from tests.fakes.sandbox import GROUP_ARN, spec
from tests.fakes.store import FakeStore

DATA = "s3://data-bucket/people/"
PIPELINE = {"mode": "serial", "containers": ["clean", "model", "words"]}
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
CLEAN = {
    "ContainerHostname": "clean",
    "Image": IMAGE,
    "ModelDataUrl": "s3://assets/clean.tar.gz",
    "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
    "Mode": "SingleModel",
}
WORDS = {**CLEAN, "ContainerHostname": "words", "ModelDataUrl": "s3://assets/words.tar.gz"}
MODEL = {
    "ContainerHostname": "model",
    "ModelPackageName": f"{GROUP_ARN}/1",
    "Environment": {"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "application/jsonl"},
}


def plan(
    *running: dict[str, Any],
    files: Mapping[str, bytes | str] | None = None,
    pipeline: Any = PIPELINE,
    batch: Any = None,
    **asked: Any,
) -> dict[str, Any]:
    store = FakeStore(files or {f"{DATA}a.csv": "birth-year\n1950\n", f"{DATA}b.csv": "x\n1\n"})
    endpoint = {**spec()["endpoint"], **({} if pipeline is None else {"pipeline": pipeline})}
    planner = BatchPlanner(
        ENVIRONMENT,
        FakePredictors(
            spec(endpoint=endpoint, **({} if batch is None else {"batch": batch})),
            live=f"{GROUP_ARN}/1",
        ),
        store,
        FakeRegistry(package(1), package(2)),
        FakeEndpoints(containers=running),
    )
    given = {"predictor": "income", "data": DATA, "engine": "pipeline", "output_format": "jsonl"}
    return planner.plan(planner_event({**given, **asked}))


def test_the_batch_has_the_endpoints_containers_with_the_version_in_its_place() -> None:
    answer = plan(CLEAN, MODEL, WORDS, model=2)
    first, model, last = answer["model_request"]["Containers"]
    copied = ("Image", "ModelDataUrl", "Environment")
    assert first == {name: CLEAN[name] for name in copied}
    assert last == {name: WORDS[name] for name in copied}
    version = package(2)
    assert model == {
        "Image": version.image,
        "ModelDataUrl": version.model_data_url,
        "Environment": {**version.environment, **MODEL["Environment"]},
    }
    assert "PrimaryContainer" not in answer["model_request"]


def test_files_are_sent_whole_and_answered_in_json_lines() -> None:
    answer = plan(CLEAN, MODEL, WORDS)
    request, batch = answer["request"], answer["batch"]
    assert request["TransformInput"]["SplitType"] == "None"
    assert request["TransformInput"]["ContentType"] == "text/csv"
    assert request["TransformOutput"]["Accept"] == "application/jsonl"
    assert set(request["Environment"]) == {"SAGEMAKER_MODEL_SERVER_TIMEOUT"}
    assert (batch["engine"], batch["columns"], batch["answers_by_row"]) == ("pipeline", [], False)
    assert [(each["name"], each["rows"]) for each in batch["inputs"]] == [
        ("a.csv", None),
        ("b.csv", None),
    ]
    assert answer["integration"] == "optimised"
    json.dumps(answer)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"id_column": "id"}, "input.id_column: with the engine"),
        ({"include_columns": ["a"]}, "input.include_columns: with the engine"),
        ({"on_error": "row"}, "input.on_error: with the engine"),
        ({"contributions": True}, "input.contributions: with the engine"),
        ({"artifact_model": "XGBoost"}, "input.artifact_model: with the engine"),
        ({"output": "labels"}, "input.output: with the engine"),
        ({"split_type": "Line"}, "input.split_type: with the engine"),
        ({"strategy": "SingleRecord"}, "input.strategy: with the engine"),
        ({"output_format": "csv"}, 'input.output_format: got "csv"'),
        ({"instance_count": 3}, "input.instance_count: got 3, but the data has 2 files"),
    ],
)
def test_what_only_the_models_own_batch_has_is_refused(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        plan(CLEAN, MODEL, WORDS, **asked)


@pytest.mark.parametrize("pipeline", [None, {**PIPELINE, "mode": "direct"}])
def test_only_a_pipeline_in_series_predicts_batches(pipeline: Any) -> None:
    with pytest.raises(InvalidInputError, match="has no pipeline in series"):
        plan(CLEAN, MODEL, WORDS, pipeline=pipeline)


def test_the_endpoint_has_to_run_the_containers_of_the_settings() -> None:
    with pytest.raises(InvalidInputError, match="it is not in service"):
        plan()
    with pytest.raises(InvalidInputError, match="does not run the containers"):
        plan(CLEAN, MODEL)


def test_options_of_requests_are_those_of_the_input_else_of_the_settings() -> None:
    asked = {"max_payload_mb": 9, "max_concurrent_transforms": 3, "max_retries": 2}
    request = plan(CLEAN, MODEL, WORDS, timeout_seconds=40, **asked)["request"]
    assert (request["MaxPayloadInMB"], request["MaxConcurrentTransforms"]) == (9, 3)
    assert request["ModelClientConfig"] == {
        "InvocationsTimeoutInSeconds": 40,
        "InvocationsMaxRetries": 2,
    }
    assert request["Environment"] == {"SAGEMAKER_MODEL_SERVER_TIMEOUT": "40"}
    files = {f"{DATA}a.csv": b"x" * 2_000_000}
    with pytest.raises(InvalidDataError, match=r"input\.max_payload_mb: got 1, but s3://data"):
        plan(CLEAN, MODEL, WORDS, files=files, max_payload_mb=1)


def test_a_pipeline_says_which_settings_it_has_no_use_for() -> None:
    batch = {**spec()["batch"], "strategy": "SingleRecord"}
    assert plan(CLEAN, MODEL, WORDS, batch=batch)["batch"]["engine_reason"] == (
        'input.engine is "pipeline"; batch.strategy of the settings is for batches of the model '
        "alone"
    )


def test_a_file_above_the_largest_request_is_refused() -> None:
    with pytest.raises(InvalidDataError, match="a pipeline gets whole files"):
        plan(CLEAN, MODEL, WORDS, files={f"{DATA}a.csv": b"x" * 100_000_001})
