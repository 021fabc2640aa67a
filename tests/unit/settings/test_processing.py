"""Processing steps in the settings: what they mean, and what is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, load_environment, parse_environment

STEP: dict[str, Any] = {"script": "features.py", "inputs": {"raw": None}, "outputs": ["train"]}


def _parse(**steps: Any) -> Any:
    predictor = {"init_args": {"label": "y"}, "processing": steps}
    document = {"predictors": {"income": predictor}}
    return parse_environment("dev", document, file="config/dev.yaml")


def _problems(**steps: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        _parse(**steps)
    return str(caught.value)


def test_the_example_is_an_environment_with_its_script() -> None:
    folder = Path(__file__).parents[3] / "examples" / "processing"
    found = load_environment("processing", folder)
    assert found.scripts == {"income/features/features.py": folder / "features.py"}


def test_a_script_is_found_from_the_folder_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "make.py").write_text("print()\n")
    (tmp_path / "dev.yaml").write_text(
        "predictors:\n  income:\n    init_args: {label: y}\n    processing:\n"
        "      features: {script: scripts/make.py, outputs: [train]}\n"
    )
    found = load_environment("dev", tmp_path)
    assert found.scripts == {"income/features/make.py": tmp_path / "scripts" / "make.py"}


def test_a_script_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text(
        "predictors:\n  income:\n    init_args: {label: y}\n    processing:\n"
        "      features:\n        script: make.py\n        outputs: [train]\n"
    )
    with pytest.raises(SettingsError) as caught:
        load_environment("dev", tmp_path)
    assert "dev.yaml:6: predictors.income.processing.features.script: got 'make.py'" in str(
        caught.value
    )


def test_inputs_may_be_in_the_environments_own_bucket() -> None:
    step = {**STEP, "inputs": {"raw": "s3://{data_bucket}/raw/", "codes": "s3://lake/codes.csv"}}
    found = _parse(features=step).predictors["income"].processing["features"]
    assert found.inputs == step["inputs"]


def test_the_profile_may_have_a_larger_machine_and_no_script() -> None:
    found = _parse(profile={"instance_type": "ml.m5.4xlarge", "volume_size_gb": 100})
    assert found.scripts == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"script": None}, ["features.script: missing"]),
        ({"script": "features.sh"}, ["features.script", "the path of a Python file"]),
        ({"script": "/home/me/features.py"}, ["features.script", "from the folder"]),
        ({"outputs": []}, ["features.outputs: missing"]),
        ({"outputs": ["a", "a"]}, ["outputs: a named twice"]),
        ({"outputs": [f"o{n}" for n in range(11)]}, ["features.outputs"]),
        ({"inputs": {f"i{n}": None for n in range(8)}}, ["features.inputs"]),
        ({"inputs": {"raw": "raw.csv"}}, ["features.inputs.raw", "s3://<bucket>/raw/"]),
        ({"inputs": {"Raw": None}}, ["features.inputs"]),
        ({"arguments": ["--rows", 5]}, ["features.arguments.1", "put it in quotes"]),
        ({"environment": {"INPUT_RAW": "x"}}, ["'INPUT_RAW'", "which every job sets"]),
        ({"environment": {"1ST": "x"}}, ["'1ST'"]),
        ({"instance_type": "ml.g5.xlarge"}, ["'ml.g5.xlarge' has a GPU"]),
        ({"instance_type": "ml.m6g.large"}, ["features.instance_type"]),
        ({"fallback_instance_types": ["ml.m5.xlarge"]}, ["named twice"]),
        ({"instance_type": "ml.r5d.large", "volume_size_gb": 500}, ["local NVMe disks of 75"]),
        ({"sharded_inputs": ["raw"]}, ["sharded_inputs", "instance_count"]),
        ({"sharded_inputs": ["row"], "instance_count": 2}, ["'row' is not one of inputs"]),
        ({"max_runtime_seconds": 10}, ["features.max_runtime_seconds"]),
        ({"source_dir": "src"}, ["features.source_dir", "one script"]),
        ({"image_uri": "x"}, ["features.image_uri", "the predictor's image"]),
    ],
)
def test_what_cannot_work_is_refused_by_name(change: dict[str, Any], words: list[str]) -> None:
    told = _problems(features={**STEP, **change})
    assert all(word in told for word in words), told


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"script": "x.py"}, ["profile.script", "runs no script"]),
        ({"outputs": ["x"]}, ["profile.outputs", "runs no script"]),
        ({"instance_count": 2}, ["profile.instance_count", "one instance"]),
    ],
)
def test_the_profile_takes_no_script(step: dict[str, Any], words: list[str]) -> None:
    told = _problems(profile=step)
    assert all(word in told for word in words), told
