"""Containers of one's own around the model of an endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import (
    Environment,
    RealTimeEndpoint,
    SettingsError,
    load_environment,
    parse_environment,
)

CLEAN: dict[str, Any] = {"source_dir": "pipeline/clean"}
MODEL = None


def parsed(pipeline: Any, predictor: dict[str, Any] | None = None, **endpoint: Any) -> Environment:
    declared = {
        "init_args": {"label": "y"},
        "endpoint": {"instance_type": "ml.m5.large", "pipeline": pipeline} | endpoint,
        **(predictor or {}),
    }
    return parse_environment("dev", {"predictors": {"p": declared}}, file="config/dev.yaml")


def refused(pipeline: Any, predictor: dict[str, Any] | None = None, **endpoint: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        parsed(pipeline, predictor, **endpoint)
    return str(caught.value)


def test_the_containers_keep_their_order_and_the_model_its_place() -> None:
    endpoint = parsed({"containers": {"clean": CLEAN, "model": MODEL, "words": CLEAN}})
    found = endpoint.predictors["p"].endpoint
    assert isinstance(found, RealTimeEndpoint)
    assert found.pipeline is not None
    assert found.pipeline.mode == "serial"
    assert list(found.pipeline.containers) == ["clean", "model", "words"]
    assert list(found.own_containers) == ["clean", "words"]


@pytest.mark.parametrize(
    ("pipeline", "part"),
    [
        ({"containers": {"clean": CLEAN, "words": CLEAN}}, "'model' is missing"),
        ({"containers": {"clean": CLEAN, "Model": None}}, "containers"),
        ({"containers": {"model": MODEL}}, "got 1; allowed: 2 to 15"),
        (
            {"containers": {"model": MODEL, **{f"step-{n}": CLEAN for n in range(15)}}},
            "got 16; allowed: 2 to 15",
        ),
        (
            {"containers": {"clean": CLEAN, "model": {"environment": {"A": "b"}}}},
            "containers.model.environment: the live model's image, data and environment",
        ),
        ({"containers": {"clean": None, "model": MODEL}}, "containers.clean: no script; give"),
        (
            {
                "containers": {
                    "clean": {**CLEAN, "model_data": "s3://mine/a.tar.gz"},
                    "model": MODEL,
                }
            },
            "source_dir with model_data",
        ),
        (
            {"containers": {"clean": {"model_data": "s3://mine/a.zip"}, "model": MODEL}},
            "allowed: the address of an archive",
        ),
        (
            {"containers": {"clean": {**CLEAN, "framework_version": "1.9"}, "model": MODEL}},
            "allowed: 1.2-1, 1.0-1, in quotes",
        ),
        (
            {
                "containers": {
                    "clean": {
                        "image_uri": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/own:1",
                        "framework_version": "1.2-1",
                    },
                    "model": MODEL,
                }
            },
            "framework_version with image_uri",
        ),
        (
            {
                "containers": {
                    "clean": {**CLEAN, "environment": {"SAGEMAKER_PROGRAM": "other.py"}},
                    "model": MODEL,
                }
            },
            "the variable 'SAGEMAKER_PROGRAM'",
        ),
        (
            {
                "containers": {
                    "clean": {**CLEAN, "environment": {f"V{n}": "" for n in range(98)}},
                    "model": MODEL,
                }
            },
            "98 variables; allowed: at most 97",
        ),
        ({"containers": {"clean": {"source_dir": "/x"}, "model": MODEL}}, "the path of a folder"),
        ({"mode": "parallel", "containers": {"clean": CLEAN, "model": MODEL}}, "mode"),
    ],
)
def test_a_pipeline_that_cannot_run_is_refused(pipeline: Any, part: str) -> None:
    assert part in refused(pipeline)


SERIES: dict[str, Any] = {"containers": {"clean": CLEAN, "model": MODEL}}


@pytest.mark.parametrize(
    ("endpoint", "part"),
    [
        ({"shadow": {}}, "pipeline with shadow"),
        (
            {"mode": "asynchronous"},
            "not supported with mode 'asynchronous' yet; use mode 'real-time'",
        ),
        (
            {"mode": "serverless", "instance_type": None},
            "SageMaker runs no inference pipelines on serverless endpoints",
        ),
        (
            {"mode": "component", "instance_type": None, "shared_endpoint": "shared"},
            "an inference component has one container",
        ),
    ],
)
def test_what_sagemaker_excludes_is_named(endpoint: dict[str, Any], part: str) -> None:
    declared: dict[str, Any] = {
        "init_args": {"label": "y"},
        "endpoint": {
            key: value
            for key, value in {
                "instance_type": "ml.m5.large",
                "pipeline": SERIES,
                **endpoint,
            }.items()
            if value is not None
        },
    }
    with pytest.raises(SettingsError) as caught:
        parse_environment("dev", {"predictors": {"p": declared}}, file="config/dev.yaml")
    assert part in str(caught.value)


def test_captured_requests_of_a_pipeline_are_not_the_models_columns() -> None:
    text = refused(SERIES, {"drift": {}}, capture={})
    assert "drift: got it with endpoint.pipeline" in text
    assert "capture with pipeline.mode 'direct'" in refused(
        {**SERIES, "mode": "direct"}, capture={}
    )


def test_an_environment_has_as_many_containers_as_its_role_can_name() -> None:
    steps = {"containers": {"model": MODEL, **{f"step-{n}": CLEAN for n in range(14)}}}
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {"instance_type": "ml.m5.large", "pipeline": steps},
    }
    document = {"predictors": {f"p{n}": predictor for n in range(3)}}
    with pytest.raises(SettingsError, match="endpoints have 42 containers of their own"):
        parse_environment("dev", document, file="config/dev.yaml")


YAML = """
network_isolation: {isolated}
predictors:
  p:
    init_args: {{label: y}}
    endpoint:
      instance_type: ml.m5.large
      pipeline:
        containers:
          clean: {{source_dir: pipeline/clean}}
          model:
"""


def write(folder: Path, *names: str, isolated: bool = True) -> Path:
    config = folder / "config"
    (config / "pipeline" / "clean" / "__pycache__").mkdir(parents=True)
    for name in names:
        (config / "pipeline" / "clean" / name).write_text("# content\n")
    (config / "dev.yaml").write_text(YAML.format(isolated=str(isolated).lower()))
    return config


def test_a_folder_is_packed_whole_without_what_python_made(tmp_path: Path) -> None:
    config = write(tmp_path / ".git", "inference.py", "words.json", "__pycache__/inference.pyc")
    found = load_environment("dev", config).own_containers.sources
    assert list(found) == [("p", "clean")]
    assert list(found["p", "clean"]) == ["code/inference.py", "code/words.json"]


@pytest.mark.parametrize(
    ("names", "part"),
    [
        (["words.json"], "config/pipeline/clean/inference.py is not a file"),
        (
            ["inference.py", "requirements.txt"],
            "config/pipeline/clean/requirements.txt would be installed from the internet",
        ),
    ],
)
def test_a_folder_that_cannot_answer_is_refused(
    tmp_path: Path, names: list[str], part: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_environment("dev", write(tmp_path, *names))
    assert "predictors.p.endpoint.pipeline.containers.clean.source_dir" in str(caught.value)
    assert part in str(caught.value)


def test_requirements_are_installed_where_the_internet_is_there(tmp_path: Path) -> None:
    config = write(tmp_path, "inference.py", "requirements.txt", isolated=False)
    assert load_environment("dev", config).own_containers.sources
