"""A folder of one's own code in the settings: what is packed, and what is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from autogluon_constructs.settings import SettingsError, load_environment, parse_environment
from autogluon_contracts.code.wheel_file import Wheel

EXAMPLE = Path(__file__).parents[3] / "examples" / "training"
METRICS = """
import numpy
from autogluon.core.metrics import make_scorer as maker
from autogluon.core import metrics
if numpy:
    def euros(y_true, y_pred): ...
profit, loss = metrics.make_scorer("profit", euros), 1
margin: float = 1.0
other = metrics.make_scorer(name="margin", score_func=euros)
"""
PREDICTOR: dict[str, Any] = {
    "init_args": {"label": "class", "eval_metric": "my_metrics:profit"},
    "training": {"code": "own"},
}
MASKS = {"label": "mask", "problem_type": "semantic_segmentation", "num_classes": 1}
RULES = Wheel(name="own-rules", version="1.0", summary="", files={"own_rules/__init__.py": b"a=1"})


def _load(folder: Path, files: dict[str, str | bytes], **changes: Any) -> Any:
    for name, content in files.items():
        path = folder / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    document = {"predictors": {"income": {**PREDICTOR, **changes}}}
    (folder / "dev.yaml").write_text(yaml.safe_dump(document))
    return load_environment("dev", folder)


def _problems(**changes: Any) -> str:
    document = {"predictors": {"income": {**PREDICTOR, **changes}}}
    with pytest.raises(SettingsError) as caught:
        parse_environment("dev", document, file="config/dev.yaml")
    return str(caught.value)


def test_the_example_is_packed_below_the_predictors_name() -> None:
    found = load_environment("own-code", EXAMPLE)
    own = EXAMPLE / "own"
    assert found.training_scripts == {
        f"income/{name}": own / name for name in ("my_features.py", "my_metrics.py")
    }


def test_objects_are_found_without_importing_anything(tmp_path: Path) -> None:
    files = {
        "my_metrics.py": METRICS,
        "package/__init__.py": "",
        "package/inner.py": "raise SystemExit\nclass Generator: ...\n",
        RULES.file_name: RULES.to_bytes(),
    }
    generators = ("package.inner:Generator", "own_rules:a")
    for name in generators:
        assert _load(tmp_path, files, fit_args={"feature_generator": name}).predictors
    init_args = {"label": "class", "eval_metric": "my_metrics:margin"}
    assert _load(tmp_path, files, init_args=init_args).predictors


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("my_metric:profit", 'own/my_metric.py is not a file (did you mean "my_metrics"?)'),
        (
            "my_metrics:profits",
            "own/my_metrics.py defines no 'profits' at its top level (did you mean \"profit\"?)",
        ),
        ("my_metrics:y_true", "defines no 'y_true' at its top level; it defines numpy, maker"),
        ("my_metrics:other", "makes with the name 'margin', and a metric is reported by its"),
        ("wrong:profit", "own/wrong.py is not valid Python (line 1); correct it"),
    ],
)
def test_an_object_that_is_not_there_is_refused_with_its_place(
    tmp_path: Path, name: str, sentence: str
) -> None:
    files = {"my_metrics.py": METRICS, "wrong.py": "def ("}
    with pytest.raises(SettingsError) as caught:
        _load(tmp_path, files, init_args={"label": "class", "eval_metric": name})
    assert f"predictors.income.init_args.eval_metric: got '{name}'" in str(caught.value)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("files", "changes", "sentence"),
    [
        ({}, {}, "own is not a folder"),
        ({"read.me": ""}, {}, "own has no Python file"),
        ({"json.py": ""}, {}, "own/json has the name of a module that jobs import themselves"),
        ({"pandas/__init__.py": ""}, {}, "own/pandas has the name of a module"),
        ({"a.whl": b""}, {}, "own/a.whl does not have the name of a wheel"),
        (
            {"a-1-cp312-cp312-macosx_14_0_arm64.whl": b""},
            {},
            "is for macosx_14_0_arm64, and AutoGluon's images are Linux on x86-64",
        ),
        (
            {"a-1-cp310-cp310-manylinux_2_17_x86_64.whl": b""},
            {"framework_version": "1.6.3"},
            "is for cp310, and the image's Python is 3.12",
        ),
        (
            {"requirements.txt": "own_rules\nholidays>=0.5\n", RULES.file_name: RULES.to_bytes()},
            {},
            "own/requirements.txt asks for holidays>=0.5, without a wheel in the folder, and "
            "containers without network access cannot install it",
        ),
    ],
)
def test_a_folder_that_jobs_cannot_use_is_refused(
    tmp_path: Path, files: dict[str, str | bytes], changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        _load(tmp_path, files, init_args={"label": "class"}, **changes)
    assert f"predictors.income.training.code: {tmp_path.name}/own" in str(caught.value)
    assert sentence in str(caught.value)


def test_requirements_without_wheels_need_the_network(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"my_metrics.py": METRICS, "requirements.txt": "holidays\n"}
    assert _load(tmp_path, files, network_isolation=False).predictors


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"training": {}},
            "init_args.eval_metric: got 'my_metrics:profit', an object of your own code, and the "
            "predictor's settings have no training.code; give the folder of my_metrics.py there",
        ),
        ({"training": {"code": "/own"}}, "the path of a folder, from the folder of the settings"),
        (
            {"init_args": {"label": "class", "eval_metric": "my_metrics:rmse2:x"}},
            "unknown metric 'my_metrics:rmse2:x'",
        ),
        (
            {"init_args": {"label": "class", "eval_metric": "my_metrics:accuracy"}},
            "AutoGluon has a metric 'accuracy' itself",
        ),
        (
            {"quality_gate": {"metric": "my_metrics:profit", "minimum": 100}},
            "it is reported as 'profit'; write that",
        ),
        (
            {"fit_args": {"feature_generator": "default"}},
            "allowed: one of 'auto' or 'module:name' of a feature generator in the folder",
        ),
        (
            {
                "fit_args": {
                    "feature_generator": "my_features:generator",
                    "_feature_generator_kwargs": {"enable_text_ngram_features": False},
                }
            },
            "these are for AutoGluon's own generator",
        ),
        (
            {
                "type": "multimodal",
                "init_args": {"label": "class", "validation_metric": "my_metrics:profit"},
            },
            "init_args.validation_metric: got 'my_metrics:profit', and AutoGluon computes this",
        ),
        (
            {"type": "multimodal", "init_args": MASKS | {"eval_metric": "my_metrics:profit"}},
            "and masks are judged by their pixels, not by a metric of your own; allowed: iou, ber",
        ),
        (
            {"type": "multimodal", "init_args": {"label": "x", "eval_metric": "my_metrics:iou"}},
            "AutoGluon has a metric 'iou' itself",
        ),
        (
            {"type": "xgboost", "init_args": {"label": "class", "problem_type": "binary"}},
            "training.code: got 'own' with type 'xgboost'",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in _problems(**changes)


def test_the_gate_may_ask_for_any_value_of_an_own_metric() -> None:
    gate = {"metric": "profit", "minimum": 100}
    document = {"predictors": {"income": {**PREDICTOR, "quality_gate": gate}}}
    assert parse_environment("dev", document, file="config/dev.yaml").predictors


def test_texts_and_images_may_be_judged_by_a_metric_of_ones_own() -> None:
    predictor = {
        "type": "multimodal",
        "init_args": {"label": "returned", "eval_metric": "my_metrics:profit"},
        "fit_args": {"hyperparameters": {"model.names": ["ft_transformer"]}},
        "training": {"code": "own"},
        "quality_gate": {"metric": "profit", "minimum": 100},
    }
    document = {"predictors": {"returns": predictor}}
    assert parse_environment("dev", document, file="config/dev.yaml").predictors
    predictor["training"] = {}
    with pytest.raises(SettingsError, match="an object of your own code"):
        parse_environment("dev", document, file="config/dev.yaml")


def test_forecasts_may_be_judged_by_a_metric_of_ones_own() -> None:
    init_args = {"target": "sales", "prediction_length": 3, "eval_metric": "my_metrics:Shortage"}
    predictor = {
        "type": "timeseries",
        "init_args": init_args,
        "fit_args": {"hyperparameters": {"Naive": {}}},
        "training": {"code": "own"},
        "quality_gate": {"metric": "Shortage", "minimum": -10},
    }
    document = {"predictors": {"sales": predictor}}
    assert parse_environment("dev", document, file="config/dev.yaml").predictors
    init_args["eval_metric"] = "my_metrics:BIAS"
    with pytest.raises(SettingsError, match="AutoGluon has a metric 'BIAS' itself"):
        parse_environment("dev", document, file="config/dev.yaml")
