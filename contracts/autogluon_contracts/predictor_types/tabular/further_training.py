"""List the methods that train a tabular model further.

Source: signatures and docstrings of `autogluon.tabular.predictor.predictor` 1.6.3.
"""

from __future__ import annotations

from collections.abc import Mapping

from autogluon_contracts.predictor_types.further_training import Method
from autogluon_contracts.predictor_types.tabular.arguments import FIT_ARGS
from autogluon_contracts.predictor_types.tabular.names import METRICS
from autogluon_contracts.rules import (
    Rule,
    array,
    either,
    flag,
    fraction,
    integer,
    name_from,
    nullable,
)

THRESHOLD = "calibrate_decision_threshold"
FIT_EXTRA = "fit_extra"
PSEUDOLABEL = "fit_pseudolabel"
REFIT = "refit_full"

_WITHOUT_DATA = ("optimize_for_deployment",)
# By which a class is judged, not a probability: only these depend on the threshold.
_CLASS_METRICS = tuple(
    name
    for name in METRICS["binary"]
    if not name.startswith(("roc_auc", "average_precision", "log_loss", "nll", "pac"))
)
_RESOURCES = ("num_cpus", "num_gpus", "fit_strategy")


def _of_fit(*names: str) -> dict[str, Rule]:
    return {name: FIT_ARGS[name] for name in names}


_NEW_MODELS = _of_fit(
    *_RESOURCES, "memory_limit", "time_limit", "hyperparameters", "hyperparameter_tune_kwargs",
    "excluded_model_types", "num_stack_levels", "fit_weighted_ensemble", "calibrate", "ag_args",
    "ag_args_fit", "ag_args_ensemble",
)  # fmt: skip

METHODS: Mapping[str, Method] = {
    REFIT: Method(fit_args=_of_fit(*_RESOURCES), adds_rows=True),
    FIT_EXTRA: Method(
        fit_args=_NEW_MODELS | _of_fit("name_suffix"),
        required=("hyperparameters",),
        learns_again=True,
    ),
    PSEUDOLABEL: Method(
        fit_args=_NEW_MODELS
        | {"max_iter": integer(1), "use_ensemble": flag(), "fit_ensemble": flag()},
        adds_rows=True,
        takes_unlabelled=True,
    ),
    THRESHOLD: Method(
        fit_args={
            "metric": name_from(_CLASS_METRICS, "metric of classes"),
            "decision_thresholds": either(integer(1), array(fraction())),
            "secondary_decision_thresholds": nullable(integer(1)),
            "subsample_size": nullable(integer(1)),
        },
        needs_kept_data=False,
        needs_test_data=True,
        problem_types=("binary",),
        metrics=_CLASS_METRICS,
    ),
}


def keeping_problem(init_args: object, fit_args: object) -> str | None:
    """Return why jobs with these arguments keep too little for further training; None: enough."""
    if not isinstance(init_args, Mapping) or not isinstance(fit_args, Mapping):
        return None
    learner = init_args.get("learner_kwargs")
    if isinstance(learner, Mapping) and learner.get("cache_data") is False:
        return "init_args.learner_kwargs.cache_data false, which keeps no training data"
    for name in ("save_space", "keep_only_best"):
        if fit_args.get(name):
            return f"fit_args.{name}, which deletes what further training needs"
    presets = fit_args.get("presets")
    for name in [presets] if isinstance(presets, str) else presets or ():
        if name in _WITHOUT_DATA:
            return f"fit_args.presets '{name}', which deletes what further training needs"
    return None
