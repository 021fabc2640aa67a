"""Settings of predictors of masks: what is accepted, and what is refused in one sentence."""

from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, parse_environment
from autogluon_contracts.predictor_types import lower_is_better, predictor_type
from autogluon_contracts.predictor_types.multimodal.names import UNSUPPORTED_PROBLEM_TYPES

SAM = "model.sam.checkpoint_name"
INIT = {"label": "mask", "problem_type": "semantic_segmentation", "num_classes": 3}
FIT = {"column_types": {"photo": "image_path"}, "hyperparameters": {SAM: "weights/sam"}}


def _problems(**changes: Any) -> list[str]:
    predictor = {"type": "multimodal", "init_args": INIT, "fit_args": FIT, **changes}
    try:
        parse_environment("dev", {"predictors": {"parts": predictor}}, file="config/dev.yaml")
    except SettingsError as error:
        return error.problems
    return []


def _init(**changes: Any) -> dict[str, Any]:
    return {"init_args": INIT | changes}


def _fit(**hyperparameters: Any) -> dict[str, Any]:
    return {"fit_args": FIT | {"hyperparameters": {SAM: "weights/sam", **hyperparameters}}}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        _init(eval_metric="iou"),
        _init(num_classes=1, eval_metric="ber"),
        _fit(**{"model.names": ["sam"], "optim.lr": 0.001, "optim.peft": "conv_lora"}),
        _fit(**{"optim.loss_func": "mask2former_loss", "model.sam.num_mask_tokens": 20}),
        _init(num_classes=1) | _fit(**{"optim.loss_func": "balanced_bce"}),
        {"weights": ["sam"]},
        {"quality_gate": {"metric": "iou", "minimum": 0.5}},
        {"quality_gate": {"metric": "pixel_accuracy", "minimum": 0.5}},
        _init(num_classes=1, eval_metric="ber")
        | {"quality_gate": {"metric": "ber", "minimum": -0.2}},
        {"endpoint": {"instance_type": "ml.m5.large"}},
        {"init_args": {key: INIT[key] for key in ("problem_type", "num_classes")}},
    ],
)
def test_what_autogluon_learns_masks_with_is_accepted(changes: dict[str, Any]) -> None:
    assert _problems(**changes) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (_init(num_classes=None), "init_args.num_classes: missing; problem_type"),
        (_init(num_classes=0), "init_args.num_classes: got 0 (int); allowed"),
        (_init(num_classes=300), "allowed: at most 255, because masks have 8 bits"),
        (_init(eval_metric="ber"), "'ber' is for num_classes: 1"),
        (_init(eval_metric="accuracy"), "does not exist for problem_type 'semantic_segmentation'"),
        (_init(pretrained=False), "makes a network of another size than the checkpoint's"),
        (_init(sample_data_path="masks"), "give num_classes"),
        ({"fit_args": FIT | {"column_types": {}}}, "reads one column of images; declare it"),
        (
            {"fit_args": FIT | {"column_types": {"a": "image_path", "b": "image_path"}}},
            "reads one column of images; declare it",
        ),
        (
            {"fit_args": FIT | {"column_types": {"mask": "image_path"}}},
            '"mask" is the label, whose cells name masks',
        ),
        ({"fit_args": FIT | {"presets": "best_quality"}}, "AutoGluon has one preset"),
        ({"fit_args": FIT | {"hyperparameters": {"optim.lr": 1}}}, f"{SAM}: missing; name the"),
        (_fit(**{SAM: "facebook/sam-vit-base"}), "which a job without network access cannot"),
        ({"weights": ["other"]}, "which is not in weights; allowed: other"),
        (_fit(**{"model.timm_image.mix_choice": "x"}), "has no effect with problem_type"),
        (_fit(**{"optim.peft": None}), "allowed: 'lora' or 'conv_lora', because AutoGluon loads"),
        (_fit(**{"optim.loss_func": "structure_loss"}), "allowed: 'mask2former_loss'"),
        (
            _init(num_classes=1) | _fit(**{"model.sam.num_mask_tokens": 2}),
            "with num_classes: 1, which has one mask",
        ),
        (
            {"init_args": {"label": "mask"}},
            f"{SAM}: is for problem_type 'semantic_segmentation'; set it, or leave this out",
        ),
        (
            {"init_args": {"label": "mask", "num_classes": 2}, "fit_args": {},
             "network_isolation": False},
            "init_args.num_classes: is for problem_type 'semantic_segmentation'",
        ),
        (
            {"init_args": {"label": "mask", "eval_metric": "iou"}, "fit_args": {},
             "network_isolation": False},
            "init_args.eval_metric: got 'iou', which judges masks; set problem_type",
        ),
        (
            {"quality_gate": {"metric": "ber", "minimum": -0.1}},
            "quality_gate.metric: got 'ber', which a run with eval_metric None does not measure",
        ),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_in_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    (problem,) = _problems(**changes)
    assert sentence in problem


@pytest.mark.parametrize("problem_type", UNSUPPORTED_PROBLEM_TYPES)
def test_other_problem_types_are_refused_with_the_reason_and_what_to_do(problem_type: str) -> None:
    (problem,) = _problems(
        init_args={"label": "x", "problem_type": problem_type},
        fit_args={"hyperparameters": {"model.names": ["ft_transformer"]}},
    )
    assert f"init_args.problem_type: got '{problem_type}' (str); " in problem
    assert any(word in problem for word in ("type 'script'", "'multiclass'"))


def test_the_balanced_error_is_an_error() -> None:
    kind = predictor_type("multimodal")
    assert kind.measured_metrics("semantic_segmentation", "ber") == ("ber", "iou", "pixel_accuracy")
    assert kind.best_value("ber") == 0
    assert kind.best_value("iou") == 1
    assert lower_is_better("ber")
    assert not lower_is_better("iou")
