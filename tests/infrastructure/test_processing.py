"""Templates of processing: the archive of scripts, the spec, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autogluon_constructs.settings import Environment, load_environment, parse_environment
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, listed, of_type, statements

EXAMPLES = Path(__file__).parents[2] / "examples" / "processing"


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    return synthesize(load_environment("processing", EXAMPLES))


@pytest.fixture(scope="module")
def without(synthesize: Callable[[Environment], Templates]) -> Templates:
    predictors = {"income": {"init_args": {"label": "y"}}}
    return synthesize(parse_environment("dev", {"predictors": predictors}, file="config/dev.yaml"))


def _variables(template: Template) -> dict[str, object]:
    [found] = [
        function["Properties"]["Environment"]["Variables"]
        for function in of_type(template, "AWS::Lambda::Function").values()
        if "plan_processing" in function["Properties"]["Handler"]
    ]
    variables: dict[str, object] = found
    return variables


def test_the_spec_names_the_script_in_the_archive(templates: Templates) -> None:
    assert templates.spec("income")["processing"] == {
        "features": {
            "script": "income/features/features.py",
            "inputs": {"raw": None},
            "sharded_inputs": [],
            "outputs": ["train", "test"],
            "arguments": ["--test-share", "0.2"],
            "environment": {"MISSING": "?"},
            "instance_type": "ml.m5.xlarge",
            "fallback_instance_types": [],
            "instance_count": 1,
            "volume_size_gb": 30,
            "max_runtime_seconds": 3600,
            "local_storage_gb": {},
        }
    }


def test_a_gpu_predictors_scripts_run_in_the_image_for_cpus(
    synthesize: Callable[[Environment], Templates],
) -> None:
    gpu = "ml.g5.xlarge"
    predictor = {"init_args": {"label": "y"}, "batch": {"instance_type": gpu}}
    predictors = {"seen": {**predictor, "training": {"instance_type": gpu}}}
    found = synthesize(parse_environment("dev", {"predictors": predictors}, file="f")).spec("seen")
    assert "cu133" in found["inference_image_uri"]
    assert found["processing_image_uri"].endswith("-cpu-amzn2023")


def test_scripts_are_an_asset_named_by_their_content(
    templates: Templates, synthesize: Callable[[Environment], Templates], tmp_path: Path
) -> None:
    uri = flat(_variables(templates["Workflows"])["SCRIPTS_URI"])
    for name in ("processing.yaml", "features.py"):
        (tmp_path / name).write_text((EXAMPLES / name).read_text())
    again = synthesize(load_environment("processing", tmp_path))
    assert flat(_variables(again["Workflows"])["SCRIPTS_URI"]) == uri
    (tmp_path / "features.py").write_text("print()\n")
    changed = synthesize(load_environment("processing", tmp_path))
    assert flat(_variables(changed["Workflows"])["SCRIPTS_URI"]) != uri


def test_an_environment_without_scripts_has_no_archive_of_them(without: Templates) -> None:
    assert "SCRIPTS_URI" not in _variables(without["Workflows"])
    assert not any("Scripts" in policy for policy, _ in statements(without["Workflows"]))


def test_only_the_role_of_processing_jobs_reads_the_scripts(templates: Templates) -> None:
    policies = [
        each["Properties"]
        for each in of_type(templates["Workflows"], "AWS::IAM::Policy").values()
        if str(each["Properties"]["PolicyName"]).startswith("read-scripts-")
    ]
    [policy] = policies
    [role] = policy["Roles"]
    assert "Processing" in flat(role)


def test_the_jobs_role_reads_data_and_outputs_and_writes_outputs(templates: Templates) -> None:
    own = [
        each
        for policy, each in statements(templates["Foundation"])
        if policy.startswith("Processing")
    ]
    read = [
        flat(resource)
        for each in own
        if "s3:GetObject" in listed(each["Action"])
        for resource in listed(each["Resource"])
    ]
    written = [
        flat(resource)
        for each in own
        if "s3:PutObject" in listed(each["Action"])
        for resource in listed(each["Resource"])
    ]
    assert {each.partition("/")[2] for each in read if "ArtifactBucket" in each} == {
        "*/processing/*/config/*",
        "*/processing/*/outputs/*",
    }
    assert {each.partition("/")[2] for each in read if "DataBucket" in each} == {"*"}
    assert [each.partition("/")[2] for each in written] == ["*/processing/*/outputs/*"]
