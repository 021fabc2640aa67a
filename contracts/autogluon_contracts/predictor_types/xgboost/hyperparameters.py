"""The hyperparameters of SageMaker's built-in XGBoost, by name, type and range.

Source: `algorithm_mode/hyperparameter_validation.py` of aws/sagemaker-xgboost-container, branch
1.7-1, which refuses in the job what this refuses before it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from autogluon_contracts.predictor_types.xgboost.metrics import METRICS
from autogluon_contracts.rules import (
    Rule,
    array,
    either,
    flag,
    is_number,
    name_from,
    number,
    number_above,
    one_of,
    refused,
    whole,
)

_ALL_METRICS = tuple(dict.fromkeys(name for names in METRICS.values() for name in names))
OBJECTIVES: Mapping[str, tuple[str, ...]] = {
    "binary": ("binary:logistic", "binary:logitraw", "binary:hinge"),
    "multiclass": ("multi:softmax",),
    "regression": (
        "reg:squarederror", "reg:logistic", "reg:absoluteerror", "reg:pseudohubererror",
        "reg:squaredlogerror", "reg:gamma", "reg:tweedie", "count:poisson",
    ),
}  # fmt: skip
"""By problem type; the first is the one of a predictor that names none."""
ALIASES: Mapping[str, str] = {
    "learning_rate": "eta",
    "min_split_loss": "gamma",
    "reg_lambda": "lambda",
    "reg_alpha": "alpha",
}
"""XGBoost's other names -> the algorithm's."""

_share = number(minimum=0, maximum=1)
_sampled = Rule(
    "a number above 0 to 1",
    lambda value: isinstance(value, int | float) and is_number(value) and 0 < value <= 1,
)
_positive = number(minimum=0)
_switch = whole(minimum=0, maximum=1)
_folds = refused("a model of several folds answers differently from each; give tuning data instead")
_ranks = refused("ranking and survival are unsupported; train them by a script: type 'script'")
_update = refused("a run does not update an earlier model; leave it out")
_metric = name_from(_ALL_METRICS, "metric")
_RULES: Mapping[str, Rule] = {
    "num_round": whole(minimum=1),
    "early_stopping_rounds": whole(minimum=1),
    "booster": one_of("gbtree", "gblinear", "dart"),
    "verbosity": whole(minimum=0, maximum=3),
    "nthread": whole(minimum=1),
    "eta": _share,
    "gamma": _positive,
    "max_depth": whole(minimum=0),
    "min_child_weight": _positive,
    "max_delta_step": _positive,
    "subsample": _sampled,
    "colsample_bytree": _sampled,
    "colsample_bylevel": _sampled,
    "colsample_bynode": _sampled,
    "lambda": _positive,
    "alpha": _positive,
    "tree_method": one_of("auto", "exact", "approx", "hist"),
    "sketch_eps": Rule(
        "a number between 0 and 1, both excluded",
        lambda value: isinstance(value, int | float) and is_number(value) and 0 < value < 1,
    ),
    "scale_pos_weight": number_above(0),
    "grow_policy": one_of("depthwise", "lossguide"),
    "max_leaves": whole(minimum=0),
    "max_bin": whole(minimum=0),
    "monotone_constraints": array(whole(minimum=-1, maximum=1)),
    "interaction_constraints": array(array(whole(minimum=1))),
    "sample_type": one_of("uniform", "weighted"),
    "normalize_type": one_of("tree", "forest"),
    "rate_drop": _share,
    "one_drop": _switch,
    "skip_drop": _share,
    "lambda_bias": _share,
    "tweedie_variance_power": Rule(
        "a number between 1 and 2, both excluded",
        lambda value: isinstance(value, int | float) and is_number(value) and 1 < value < 2,
    ),
    "objective": name_from([name for names in OBJECTIVES.values() for name in names], "objective"),
    "num_class": whole(minimum=2),
    "base_score": _positive,
    "eval_metric": either(array(_metric), _metric),
    "seed": Rule(
        "a whole number of 32 bits",
        lambda value: (
            isinstance(value, int) and not isinstance(value, bool) and -(2**31) < value < 2**31 - 1
        ),
    ),
    "num_parallel_tree": whole(minimum=1),
    "deterministic_histogram": flag(),
    "sampling_method": one_of("uniform", "gradient_based"),
    "csv_weights": refused("weights of rows are unsupported; leave it out"),
    "save_model_on_termination": refused("a run that is stopped has no model; leave it out"),
    "use_dask_gpu_training": refused("training on GPUs is unsupported; leave it out"),
    "predictor": refused("XGBoost chooses it by the instance type; leave it out"),
    "updater": refused("XGBoost chooses it by tree_method and booster; leave it out"),
    "dsplit": refused("a run has one instance; leave it out"),
    "process_type": _update,
    "refresh_leaf": _update,
    "_kfold": _folds,
    "_num_cv_round": _folds,
    "_tuning_objective_metric": refused(
        "SageMaker gives it to the trials of a search; leave it out"
    ),
    "aft_loss_distribution": _ranks,
    "aft_loss_distribution_scale": _ranks,
    "prob_buffer_row": refused("only other algorithms have it; leave it out"),
}
RULES: Mapping[str, Rule] = {
    **_RULES,
    **{other: _RULES[name] for other, name in ALIASES.items()},
}
"""By the name that settings may use."""
# What "exact" and "hist" honour, as the algorithm checks it.
_NEEDS_METHOD: Mapping[str, tuple[str, ...]] = {
    "monotone_constraints": ("exact", "hist"),
    "interaction_constraints": ("exact", "hist", "approx"),
}


def named_twice(args: Mapping[str, object]) -> list[str]:
    """Return a sentence for each hyperparameter that is given by both of its names."""
    return [
        f"fit_args.{other}: the same as {name}, which is given, too; leave one of them out"
        for other, name in ALIASES.items()
        if other in args and name in args
    ]


def method_problems(args: Mapping[str, object]) -> list[str]:
    """Return a sentence for each constraint that the `tree_method` does not honour."""
    method = args.get("tree_method")
    return [
        f"fit_args.{name}: got it with tree_method {method or 'auto'!r}; allowed: with "
        f"{' or '.join(map(repr, methods))}"
        for name, methods in _NEEDS_METHOD.items()
        if name in args and method not in methods
    ]


def written(name: str, value: object) -> str:
    """Return a hyperparameter's value as the algorithm reads it.

    Example:
        >>> written("monotone_constraints", [1, 0]), written("eval_metric", ["auc", "error"])
        ('(1,0)', 'auc,error')
    """
    if isinstance(value, str):
        return value
    if name == "monotone_constraints" and isinstance(value, list):
        # A Python tuple, which has a comma behind its only element.
        return f"({','.join(map(str, value))}{',' if len(value) == 1 else ''})"
    if name == "eval_metric" and isinstance(value, list):
        return ",".join(map(str, value))
    return json.dumps(value)
