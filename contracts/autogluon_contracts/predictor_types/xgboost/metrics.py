"""Define the metrics that the algorithm measures, and what its log and jobs call them.

A job measures each one on every data set that it gets, and names them `train:rmse` and
`validation:rmse`. Source: `constants/xgb_constants.py` and `metrics/custom_metrics.py` of
aws/sagemaker-xgboost-container, branch 1.7-1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

METRICS: Mapping[str, tuple[str, ...]] = {
    "binary": (
        "logloss", "error", "auc", "aucpr", "accuracy", "balanced_accuracy", "f1", "f1_binary",
        "f1_macro", "precision", "precision_macro", "precision_micro", "recall", "recall_macro",
        "recall_micro",
    ),
    "multiclass": (
        "mlogloss", "merror", "accuracy", "balanced_accuracy", "f1", "f1_macro",
        "precision_macro", "precision_micro", "recall_macro", "recall_micro",
    ),
    "regression": (
        "rmse", "mae", "mse", "mape", "rmsle", "mphe", "r2", "gamma-deviance",
    ),
}  # fmt: skip
"""By problem type; the first is XGBoost's usual one.

Those of ranking and survival are left out, and log-likelihoods, whose sign AutoGluon does not turn.
"""

_ERRORS = frozenset({
    "logloss", "error", "mlogloss", "merror", "rmse", "mae", "mse", "mape", "rmsle", "mphe",
    "gamma-deviance",
})  # fmt: skip


def best_value(metric: str) -> float:
    """Return what no value exceeds in AutoGluon's sign: 0 of an error, 1 of a score.

    Infinity for metrics that the algorithm does not have.
    """
    name = metric.rpartition(":")[2]
    if name in _ERRORS:
        return 0.0
    known = any(name in names for names in METRICS.values())
    return 1.0 if known else math.inf


def usual_metric(problem_type: str) -> str:
    """Return the metric by which XGBoost measures unless it is told another one."""
    return METRICS[problem_type][0]
