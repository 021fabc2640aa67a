"""Define the metrics that Linear Learner measures, and what its jobs call them.

A job measures all those of its problem type on the validation and on the test data that it gets,
and names them `validation:mse` and `test:mse`. Source: SageMaker's developer guide, "Tune a linear
learner model", the table of metrics with their directions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

METRICS: Mapping[str, tuple[str, ...]] = {
    "binary": (
        "binary_classification_accuracy", "binary_f_beta", "precision", "recall", "roc_auc_score",
        "objective_loss",
    ),
    "multiclass": (
        "multiclass_accuracy", "macro_f_beta", "macro_precision", "macro_recall",
        "multiclass_top_k_accuracy", "dcg", "objective_loss",
    ),
    "regression": ("mse", "absolute_loss", "objective_loss"),
}  # fmt: skip
"""By problem type; the first is that of a predictor that names none."""

_ERRORS = frozenset({"mse", "absolute_loss", "objective_loss"})
_UNBOUNDED = frozenset({"dcg"})


def best_value(metric: str) -> float:
    """Return what no value exceeds in AutoGluon's sign: 0 of an error, 1 of a score.

    Infinity for metrics without such a bound, and for those that the algorithm does not have.

    Example:
        >>> best_value("validation:mse"), best_value("test:recall")
        (0.0, 1.0)
    """
    name = metric.rpartition(":")[2]
    if name in _ERRORS:
        return 0.0
    known = any(name in names for names in METRICS.values())
    return 1.0 if known and name not in _UNBOUNDED else math.inf
