"""Define the metrics that a training run measures, for settings and planner.

Source: `autogluon.core.metrics` of 1.6.3, and the container's evaluation.
"""

from collections.abc import Mapping
from math import inf

from autogluon_contracts.code.own_objects import OwnObject, reported_name
from autogluon_contracts.predictor_types.tabular.names import METRICS

# Names that AutoGluon accepts, and those that it reports under.
_ALIASES: Mapping[str, str] = {
    "acc": "accuracy",
    "nll": "log_loss",
    "pac_score": "pac",
    "roc_auc_ovo_macro": "roc_auc_ovo",
    "roc_auc_ovr_macro": "roc_auc_ovr",
    "mse": "mean_squared_error",
    "rmse": "root_mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "smape": "symmetric_mean_absolute_percentage_error",
    "pinball": "pinball_loss",
}

ALWAYS_MEASURED: Mapping[str, tuple[str, ...]] = {
    "binary": (
        "roc_auc", "accuracy", "balanced_accuracy", "f1", "mcc", "precision", "recall", "log_loss",
        "average_precision",
    ),
    "multiclass": (
        "accuracy", "balanced_accuracy", "mcc", "log_loss", "f1_macro", "f1_weighted",
    ),
    "regression": (
        "root_mean_squared_error", "mean_squared_error", "mean_absolute_error",
        "median_absolute_error", "mean_absolute_percentage_error", "r2", "pearsonr", "spearmanr",
    ),
    "quantile": ("pinball_loss",),
}  # fmt: skip
"""What a run reports besides its eval_metric, by problem type."""


# Their optimum in AutoGluon's sign, where higher is always better, is 0; that of scores is 1.
_ERRORS = frozenset({
    "log_loss", "mean_squared_error", "root_mean_squared_error", "mean_absolute_error",
    "median_absolute_error", "mean_absolute_percentage_error",
    "symmetric_mean_absolute_percentage_error", "pinball_loss",
})  # fmt: skip


def canonical(metric: str) -> str:
    """AutoGluon's own name of a metric, under which it is reported: `rmse` has a longer one."""
    return _ALIASES.get(metric) or reported_name(metric)


def lower_is_better(metric: str) -> bool:
    """Tell whether a metric is an error: AutoGluon's sign makes it negative."""
    return canonical(metric) in _ERRORS


def best_value(metric: str) -> float:
    """The optimum of a metric in AutoGluon's sign (higher is better): no value exceeds it.

    Infinity for metrics of one's own, whose bounds are not known.
    """
    if lower_is_better(metric):
        return 0.0
    known = (name for names in METRICS.values() for name in names)
    return 1.0 if canonical(metric) in map(canonical, known) else inf


def measured_metrics(problem_type: str | None, eval_metric: str | None) -> list[str]:
    """Return the metrics that a run reports, for every problem type that is possible."""
    types = [problem_type] if problem_type in METRICS else _types_with(eval_metric)
    names = [canonical(eval_metric)] if eval_metric is not None else []
    return list(dict.fromkeys(names + [name for t in types for name in ALWAYS_MEASURED[t]]))


def _types_with(eval_metric: str | None) -> list[str]:
    """Return the problem types that AutoGluon may infer; quantiles must be asked for."""
    if eval_metric is None or OwnObject.parse(eval_metric) is not None:
        return [t for t in METRICS if t != "quantile"]
    return [t for t, names in METRICS.items() if eval_metric in names]
