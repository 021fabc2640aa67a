"""Script predictors in the settings: what they mean, and what is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, load_environment, parse_environment

EXAMPLE = Path(__file__).parents[3] / "examples" / "bring-your-own"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
PREDICTOR: dict[str, Any] = {
    "type": "script",
    "init_args": {"label": "y", "problem_type": "binary"},
    "image_uri": IMAGE,
    "script": {"entry_point": "train.py"},
}


def _parse(**changes: Any) -> Any:
    document = {"predictors": {"income": {**PREDICTOR, **changes}}}
    return parse_environment("dev", document, file="config/dev.yaml").predictors["income"]


def _problems(**changes: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        _parse(**changes)
    return str(caught.value)


def test_the_examples_files_are_packed_below_the_predictors_name() -> None:
    found = load_environment("bring-your-own", EXAMPLE)
    source = EXAMPLE / "src"
    assert found.training_scripts == {
        f"income/{name}": source / name for name in ("columns.py", "inference.py", "train.py")
    }


def test_files_and_folders_elsewhere_are_packed_beside_the_script(tmp_path: Path) -> None:
    for name in ("train.py", "lib/a.py", "lib/__pycache__/a.pyc", "lib/sub/b.txt", "one.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    script = _parse(script={"entry_point": "train.py", "dependencies": ["lib", "one.py"]}).script
    assert list(script.sources("p", tmp_path)) == [
        "p/lib/a.py", "p/lib/sub/b.txt", "p/one.py", "p/train.py"
    ]  # fmt: skip


def test_an_image_that_trains_by_itself_needs_no_files(tmp_path: Path) -> None:
    script = _parse(script={}).script
    assert script.sources("p", tmp_path) == {}
    assert script.spec("p").folder is None
    assert script.serving_file is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"script": None}, "script: missing with type 'script'"),
        ({"image_uri": None}, "image_uri: missing with type 'script'"),
        ({"type": "tabular", "init_args": {"label": "y"}}, "script: given with type 'tabular'"),
        ({"init_args": {"label": "y"}}, "init_args.problem_type: missing"),
        ({"init_args": {**PREDICTOR["init_args"], "path": "x"}}, "init_args.path: unknown"),
        ({"fit_args": {"sagemaker_program": "x"}}, "names with sagemaker_ are SageMaker's"),
        ({"fit_args": {"max depth": 3}}, "not the name of a hyperparameter"),
        ({"fit_args": {"words": "x" * 2500}}, "2,502 characters; allowed: at most 2,500"),
        ({"script": {"entry_point": "../train.py"}}, "path of a Python file below source_dir"),
        ({"script": {"source_dir": "src"}}, "source_dir: given without entry_point"),
        ({"script": {"metrics": {"auc": "auc=[0-9]+"}}}, "auc has 0 groups; allowed: one"),
        ({"script": {"metrics": {"auc": "auc=("}}}, "auc is not a regular expression"),
        ({"script": {"answers": ["a", "a"]}}, "'a' named twice"),
        ({"script": {"framework": "pytorch"}}, "give the framework's image as image_uri"),
        ({"serving": {"workers": 2}}, "serving.workers: given with type 'script'"),
        ({"batch": {"engine": "bulk"}}, "batch.engine: got 'bulk'"),
        ({"training": {"instance_count": 2}}, "whose artifact is that of one instance"),
        ({"training": {"checkpoints": True}}, "only the script knows what it has finished"),
        ({"training": {"further_training": True}}, "only the script knows how to continue"),
        ({"data": {"keep_na": ["y"]}}, "data: given with type 'script'"),
        (
            {"tuning": {"ranges": {"fit_args.x": {"type": "integer", "min": 1, "max": 2}}}},
            "tuning: given with type 'script'",
        ),
        ({"weights": ["chronos-2"]}, "weights"),
    ],
)
def test_what_cannot_work_is_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in _problems(**changes)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("{entry_point: train.py}", "entry_point: {folder}/train.py is not a file"),
        ("{entry_point: a.py, source_dir: src}", "source_dir: {folder}/src is not a folder"),
        ("{entry_point: here.py, inference: no.py}", "inference: {folder}/no.py is not a file"),
        ("{entry_point: here.py, dependencies: [absent]}", "neither a file nor a folder"),
        ("{entry_point: a.py, source_dir: with}", "cannot be installed by containers without"),
    ],
)
def test_files_that_are_not_there_are_told_before_anything_is_deployed(
    tmp_path: Path, script: str, sentence: str
) -> None:
    (tmp_path / "with").mkdir()
    for name in ("here.py", "with/a.py", "with/requirements.txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "dev.yaml").write_text(
        "predictors:\n  income:\n    type: script\n"
        f"    init_args: {{label: y, problem_type: binary}}\n    image_uri: {IMAGE}\n"
        f"    script: {script}\n"
    )
    with pytest.raises(SettingsError) as caught:
        load_environment("dev", tmp_path)
    assert sentence.format(folder=tmp_path.name) in str(caught.value)
