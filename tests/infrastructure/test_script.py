"""Templates of scripts that train: their archive, the spec, and who may read what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autogluon_constructs.settings import Environment, load_environment, parse_environment
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, of_type

EXAMPLE = Path(__file__).parents[2] / "examples" / "bring-your-own"


@pytest.fixture(scope="module")
def templates(synthesize: Callable[[Environment], Templates]) -> Templates:
    return synthesize(load_environment("bring-your-own", EXAMPLE))


def _variables(template: Template) -> dict[str, object]:
    [found] = [
        function["Properties"]["Environment"]["Variables"]
        for function in of_type(template, "AWS::Lambda::Function").values()
        if "plan_training" in function["Properties"]["Handler"]
    ]
    variables: dict[str, object] = found
    return variables


def test_the_spec_says_what_the_image_runs(templates: Templates) -> None:
    spec = templates.spec("income")
    assert spec["script"] == {
        "folder": "income",
        "entry_point": "train.py",
        "inference": "inference.py",
        "metrics": {"accuracy": "accuracy=([0-9.]+)"},
        "answers": ["class", "probability"],
    }
    assert spec["image_uri"] == spec["inference_image_uri"]
    assert spec["image_uri"].endswith("/sagemaker-scikit-learn:1.2-1-cpu-py3")
    # `agcdk profile` runs this project's code.
    assert "/autogluon:" in spec["processing_image_uri"]
    assert spec["serving"]["server"] is None


def test_training_jobs_alone_read_the_archive(templates: Templates) -> None:
    workflows = templates["Workflows"]
    uri = flat(_variables(workflows)["TRAINING_SCRIPTS_URI"])
    readers = [
        policy["Properties"]["Roles"]
        for policy in of_type(workflows, "AWS::IAM::Policy").values()
        if "read-training-scripts" in flat(policy["Properties"]["PolicyName"])
    ]
    assert uri.endswith(".gz")
    assert len(readers) == 1
    assert len(readers[0]) == 1
    assert "Training" in flat(readers[0][0])


def test_without_scripts_there_is_no_archive(
    synthesize: Callable[[Environment], Templates],
) -> None:
    predictors = {"income": {"init_args": {"label": "y"}}}
    found = synthesize(parse_environment("dev", {"predictors": predictors}, file="f"))
    assert "TRAINING_SCRIPTS_URI" not in _variables(found["Workflows"])
    assert "script" not in found.spec("income")
