"""An endpoint's own containers: their order, archives and images, and who may read what."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, load_environment
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, listed, of_type, only, statements

EXAMPLE = Path(__file__).parents[2] / "examples/pipelines"


def settings(folder: Path, change: Callable[[str], str] = lambda text: text) -> Environment:
    """The example, in a folder of its own."""
    config = folder / "config"
    for path in sorted(EXAMPLE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = "dev.yaml" if path.suffix == ".yaml" else path.relative_to(EXAMPLE)
            target = config / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(change(path.read_text()))
    return load_environment("dev", config)


@pytest.fixture(scope="module")
def series(
    synthesize: Callable[[Environment], Templates], tmp_path_factory: pytest.TempPathFactory
) -> Templates:
    return synthesize(settings(tmp_path_factory.mktemp("series")))


@pytest.fixture(scope="module")
def direct(
    synthesize: Callable[[Environment], Templates], tmp_path_factory: pytest.TempPathFactory
) -> Templates:
    def change(text: str) -> str:
        own = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/words:7"
        return (
            text.replace("mode: serial", "mode: direct")
            .replace("source_dir: words", f"image_uri: {own}")
            .replace("source_dir: clean", "model_data: s3://artifacts/clean/model.tar.gz")
        )

    return synthesize(settings(tmp_path_factory.mktemp("direct"), change))


def containers(templates: Templates) -> list[dict[str, Any]]:
    model = only(templates["IncomeEndpoint"], "AWS::SageMaker::Model")["Properties"]
    assert "PrimaryContainer" not in model
    found: list[dict[str, Any]] = model["Containers"]
    return found


def test_the_live_model_has_its_place_among_the_containers(series: Templates) -> None:
    first, model, last = containers(series)
    assert [each["ContainerHostname"] for each in (first, model, last)] == [
        "clean",
        "model",
        "words",
    ]
    assert "Image" not in model
    assert "LiveModel" in flat(model["ModelPackageName"])
    whole = only(series["IncomeEndpoint"], "AWS::SageMaker::Model")["Properties"]
    assert whole["InferenceExecutionConfig"] == {"Mode": "Serial"}


def test_scripts_run_in_scikit_learns_image_of_the_region(series: Templates) -> None:
    first, _, last = containers(series)
    for container in (first, last):
        assert flat(container["Image"]) == (
            "<ScikitLearnRegistries>.dkr.ecr.<AWS::Region>.<AWS::URLSuffix>"
            "/sagemaker-scikit-learn:1.2-1-cpu-py3"
        )
    script = {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    }
    assert first["Environment"] == script
    assert last["Environment"] == {**script, "THRESHOLD": "0.5"}
    accounts = series["IncomeEndpoint"]["Mappings"]["ScikitLearnRegistries"]
    assert accounts["eu-central-1"] == {"account": "492215442770"}


def test_the_models_own_variables_follow_the_engine(series: Templates) -> None:
    _, model, _ = containers(series)
    condition, chosen, otherwise = model["Environment"]["Fn::If"]
    assert "HasEngine" in condition
    assert otherwise == {"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "application/jsonl"}
    assert set(chosen) == {*otherwise, "AUTOGLUON_ENGINE"}


def test_a_folder_is_an_archive_as_the_images_read_it(series: Templates) -> None:
    first, _, _ = containers(series)
    uri = flat(first["ModelDataUrl"])
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    assert bucket == "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
    assert key.startswith("autogluon-dev/")
    name = key.rpartition("/")[2].removesuffix(".gz")
    content = (series.folder / f"asset.{name}.tar.gz").read_bytes()
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        assert tar.getnames() == ["code/census.json", "code/inference.py"]


def read_by_the_serving_role(workflows: Template) -> list[str]:
    found = [
        flat(resource)
        for name, each in statements(workflows)
        if name.startswith("Pipelines")
        for resource in listed(each["Resource"])
    ]
    [policy] = [
        each
        for name, each in of_type(workflows, "AWS::IAM::Policy").items()
        if name.startswith("Pipelines")
    ]
    assert "Serving" in json.dumps(policy["Properties"]["Roles"])
    return found


def test_the_serving_role_reads_exactly_these_archives(series: Templates) -> None:
    first, _, last = containers(series)
    archives = [flat(each["ModelDataUrl"]).removeprefix("s3://") for each in (first, last)]
    found = read_by_the_serving_role(series["Workflows"])
    assert sorted(each.partition(":s3:::")[2] for each in found) == sorted(archives)
    assert not any("*" in each for each in found)


def test_the_serving_role_pulls_the_containers_images(series: Templates, direct: Templates) -> None:
    def pulled(templates: Templates) -> list[str]:
        return [
            flat(resource)
            for name, each in statements(templates["Foundation"])
            if name.startswith("Serving") and "ecr:BatchGetImage" in listed(each["Action"])
            for resource in listed(each["Resource"])
        ]

    assert any(each.endswith("repository/sagemaker-scikit-learn") for each in pulled(series))
    assert any(
        each.endswith("ecr:eu-central-1:123456789012:repository/team/words")
        for each in pulled(direct)
    )


def test_only_batches_through_a_series_look_at_what_endpoints_run(
    series: Templates, direct: Templates
) -> None:
    def looks(templates: Templates) -> bool:
        return any(
            name.startswith("BatchPredictPlanBatch")
            and "sagemaker:DescribeModel" in listed(each["Action"])
            for name, each in statements(templates["Workflows"])
        )

    assert looks(series)
    assert not looks(direct)


def test_archives_and_images_of_ones_own_are_taken_as_they_are(direct: Templates) -> None:
    first, _, last = containers(direct)
    assert first["ModelDataUrl"] == "s3://artifacts/clean/model.tar.gz"
    assert last["Image"] == "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/words:7"
    assert last["Environment"] == {"THRESHOLD": "0.5"}
    assert "ModelDataUrl" not in last
    [read] = read_by_the_serving_role(direct["Workflows"])
    assert read.endswith(":s3:::artifacts/clean/model.tar.gz")
    model = only(direct["IncomeEndpoint"], "AWS::SageMaker::Model")["Properties"]
    assert model["InferenceExecutionConfig"] == {"Mode": "Direct"}


def test_new_scripts_are_a_change_of_the_endpoint_without_a_model(
    synthesize: Callable[[Environment], Templates], tmp_path: Path, series: Templates
) -> None:
    changed = synthesize(settings(tmp_path, lambda text: text.replace("offer", "yes")))

    def digest(templates: Templates) -> str:
        found: str = templates["IncomeEndpoint"]["Outputs"]["Settings"]["Value"]
        return found

    assert digest(changed) != digest(series)


def test_the_spec_names_the_containers(series: Templates) -> None:
    assert series.spec("income")["endpoint"]["pipeline"] == {
        "mode": "serial",
        "containers": ["clean", "model", "words"],
    }
