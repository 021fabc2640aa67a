"""The hyperparameters of SageMaker's built-in Linear Learner, by name, type and range.

Source: SageMaker's developer guide, "Linear learner hyperparameters"; open or closed bounds, which
it does not tell, are those of SageMaker's Python SDK (`sagemaker/amazon/linear_learner.py`, 2.257).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from autogluon_contracts.rules import (
    Rule,
    either,
    flag,
    fraction,
    is_number,
    number,
    number_above,
    number_from,
    one_of,
    refused,
    whole,
)
from autogluon_contracts.wording import listed

PREDICTOR_TYPES: Mapping[str, str] = {
    "binary": "binary_classifier",
    "multiclass": "multiclass_classifier",
    "regression": "regressor",
}
"""`predictor_type` by problem type."""
_LOSSES: Mapping[str, tuple[str, ...]] = {
    "binary": ("auto", "logistic", "hinge_loss"),
    "multiclass": ("auto", "softmax_loss"),
    "regression": (
        "auto", "squared_loss", "absolute_loss", "eps_insensitive_squared_loss",
        "eps_insensitive_absolute_loss", "quantile_loss", "huber_loss",
    ),
}  # fmt: skip
# What the algorithm ignores for other problem types.
_ONLY_OF: Mapping[str, tuple[str, ...]] = {
    "binary": (
        "binary_classifier_model_selection_criteria", "positive_example_weight_mult",
        "target_precision", "target_recall",
    ),
    "multiclass": ("num_classes", "accuracy_top_k", "balance_multiclass_weights"),
    "regression": (
        "normalize_label", "unbias_label", "huber_delta", "loss_insensitivity", "quantile",
    ),
}  # fmt: skip

_auto = one_of("auto")
_decay = either(
    _auto,
    Rule(
        "a number from 0, below 1",
        lambda value: isinstance(value, int | float) and is_number(value) and 0 <= value < 1,
    ),
)
_positive = number_above(0)
_from_zero = number_from(0)
_count = whole(minimum=1)
_auto_flag = either(_auto, flag())
RULES: Mapping[str, Rule] = {
    "accuracy_top_k": whole(minimum=1, maximum=1_000_000),
    "balance_multiclass_weights": flag(),
    "beta_1": _decay,
    "beta_2": _decay,
    "bias_lr_mult": either(_auto, _positive),
    "bias_wd_mult": either(_auto, _from_zero),
    "binary_classifier_model_selection_criteria": one_of(
        "accuracy",
        "f_beta",
        "precision_at_target_recall",
        "recall_at_target_precision",
        "loss_function",
    ),
    "early_stopping_patience": _count,
    "early_stopping_tolerance": _positive,
    "epochs": _count,
    "f_beta": _positive,
    "huber_delta": _from_zero,
    "init_bias": number(),
    "init_method": one_of("uniform", "normal"),
    "init_scale": _positive,
    "init_sigma": _positive,
    "l1": either(_auto, _from_zero),
    "learning_rate": either(_auto, _positive),
    "loss": one_of(*dict.fromkeys(name for names in _LOSSES.values() for name in names)),
    "loss_insensitivity": _positive,
    "lr_scheduler_factor": either(_auto, fraction()),
    "lr_scheduler_minimum_lr": either(_auto, _positive),
    "lr_scheduler_step": either(_auto, _count),
    "margin": _from_zero,
    "mini_batch_size": _count,
    "momentum": _decay,
    "normalize_data": _auto_flag,
    "normalize_label": _auto_flag,
    "num_calibration_samples": either(_auto, _count),
    "num_classes": whole(minimum=3, maximum=1_000_000),
    "num_models": either(_auto, _count),
    "num_point_for_scaler": _count,
    "optimizer": one_of("auto", "adam", "sgd", "rmsprop"),
    "positive_example_weight_mult": either(one_of("auto", "balanced"), _positive),
    "quantile": fraction(),
    "target_precision": fraction(),
    "target_recall": fraction(),
    "unbias_data": _auto_flag,
    "unbias_label": _auto_flag,
    "use_bias": flag(),
    "use_lr_scheduler": flag(),
    "wd": either(_auto, _from_zero),
    "feature_dim": refused("the planner counts the features; leave it out"),
    "predictor_type": refused("it follows from init_args.problem_type; leave it out"),
    "_tuning_objective_metric": refused(
        "SageMaker gives it to the trials of a search; leave it out"
    ),
}
"""By name."""


def problems_of_type(problem_type: str, fit_args: Mapping[str, object]) -> list[str]:
    """Return a sentence for each hyperparameter that is not for a problem type."""
    found = [
        f"fit_args.{name}: given with problem_type '{problem_type}'; it is for '{other}' alone, so "
        "leave it out"
        for other, names in _ONLY_OF.items()
        for name in names
        if other != problem_type and name in fit_args
    ]
    loss, allowed = fit_args.get("loss"), _LOSSES[problem_type]
    if loss is not None and loss not in allowed:
        found.append(
            f"fit_args.loss: got {loss!r} with problem_type '{problem_type}'; allowed: "
            f"{listed(allowed, limit=10)}"
        )
    if problem_type == "multiclass" and "num_classes" not in fit_args:
        found.append(
            "fit_args.num_classes: missing; give the number of classes, at least 3, whose labels "
            "are 0, 1, ..."
        )
    return found


def written(value: object) -> str:
    """Return a hyperparameter's value as the algorithm reads it.

    Example:
        >>> written("auto"), written(True), written(0.1)
        ('auto', 'true', '0.1')
    """
    return value if isinstance(value, str) else json.dumps(value)
