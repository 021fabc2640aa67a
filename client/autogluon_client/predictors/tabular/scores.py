"""Compute the metrics of labelled rows as AutoGluon does, without AutoGluon.

A test compares every metric with `autogluon.core.metrics`. As there, higher is better: errors are
negative. A metric that is undefined on the rows (one class only, say) is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_client.optional_packages import numpy, pandas
from autogluon_contracts.predictor_types.tabular.metrics import (
    ALWAYS_MEASURED,
    canonical,
    lower_is_better,
)


@dataclass(frozen=True)
class Judged:
    """Labelled rows with their answers.

    Attributes:
        truth: shape (rows,); classes as their positions in class order.
        answers: likewise; quantiles: shape (rows, levels).
        probabilities: shape (rows, classes); None without classes.
        positive: position of the positive class; None unless the problem is binary.
        levels: of a quantile predictor; else None.
    """

    truth: Any
    answers: Any
    probabilities: Any = None
    positive: int | None = None
    levels: Any = None

    @property
    def is_positive(self) -> Any:
        """Return whether each row's true class is the positive one."""
        return self.truth == self.positive

    @property
    def positive_probability(self) -> Any:
        """Return each row's probability of the positive class."""
        return self.probabilities[:, self.positive]


def scores(judged: Judged, problem_type: str, eval_metric: str | None) -> dict[str, float]:
    """Return the metrics that training reports, the eval metric first, in AutoGluon's sign."""
    first = () if eval_metric is None else (canonical(eval_metric),)
    names = dict.fromkeys((*first, *ALWAYS_MEASURED[problem_type]))
    found = {name: _METRICS[name](judged) for name in names if name in _METRICS}
    return {
        name: -value if lower_is_better(name) else value
        for name, value in ((name, float(value)) for name, value in found.items())
        if math.isfinite(value)
    }


def _accuracy(rows: Judged) -> Any:
    return (rows.truth == rows.answers).mean()


def _balanced_accuracy(rows: Judged) -> Any:
    np = numpy()
    classes = np.union1d(rows.truth, rows.answers)
    found = [(rows.answers[rows.truth == item] == item).mean() if (rows.truth == item).any() else 0
             for item in classes]  # fmt: skip
    return np.mean(found)


def _mcc(rows: Judged) -> Any:
    np = numpy()
    classes = np.union1d(rows.truth, rows.answers)
    true = rows.truth[:, None] == classes
    said = rows.answers[:, None] == classes
    correct, count = (rows.truth == rows.answers).sum(), len(rows.truth)
    t, p = true.sum(axis=0).astype(float), said.sum(axis=0).astype(float)
    below = (count**2 - p @ p) * (count**2 - t @ t)
    return 0.0 if below == 0 else (correct * count - t @ p) / math.sqrt(below)


def _of_class(part: str, rows: Judged, item: Any) -> float:
    """Return `precision`, `recall` or `f1` of one class; 0 where it is undefined."""
    true, said = rows.truth == item, rows.answers == item
    hits = float((true & said).sum())
    below = {"precision": said.sum(), "recall": true.sum(), "f1": (true.sum() + said.sum()) / 2}
    return hits / float(below[part]) if below[part] else 0.0


def _of_positive(part: str) -> Callable[[Judged], Any]:
    return lambda rows: _of_class(part, rows, rows.positive)


def _averaged(part: str, how: str) -> Callable[[Judged], Any]:
    def average(rows: Judged) -> Any:
        np = numpy()
        if how == "micro":  # of single labels, all three are the accuracy
            return _accuracy(rows)
        classes = np.union1d(rows.truth, rows.answers)
        values = [_of_class(part, rows, item) for item in classes]
        weights = [(rows.truth == item).sum() for item in classes] if how == "weighted" else None
        return np.average(values, weights=weights)

    return average


def _area(is_positive: Any, probability: Any) -> float:
    ranks = pandas().Series(probability).rank().to_numpy()
    positive = int(is_positive.sum())
    negative = len(is_positive) - positive
    if not positive or not negative:
        return math.nan
    area = ranks[is_positive].sum() - positive * (positive + 1) / 2
    return float(area / (positive * negative))


def _roc_auc(rows: Judged) -> Any:
    return _area(rows.is_positive, rows.positive_probability)


def _average_precision(rows: Judged) -> Any:
    np = numpy()
    order = np.argsort(-rows.positive_probability, kind="stable")
    hits = rows.is_positive[order]
    ends = np.flatnonzero(np.append(np.diff(rows.positive_probability[order]) != 0, True))
    found = np.cumsum(hits)[ends]
    if not hits.any():
        return math.nan
    return (np.diff(found, prepend=0) / hits.sum() * (found / (ends + 1))).sum()


def _log_loss(rows: Judged) -> Any:
    np = numpy()
    if rows.positive is not None:
        likely = np.clip(rows.positive_probability.astype(float), 1e-15, 1 - 1e-15)
        return -np.where(rows.is_positive, np.log(likely), np.log(1 - likely)).mean()
    likely = rows.probabilities[np.arange(len(rows.truth)), rows.truth]
    smallest = np.finfo(likely.dtype).eps
    return -np.log(np.clip(likely, smallest, 1 - smallest)).mean()


def _residuals(of: Callable[[Any, Any], Any]) -> Callable[[Judged], Any]:
    return lambda rows: of(rows.truth, rows.answers)


def _relative(divide_by: Callable[[Any, Any], Any]) -> Callable[[Judged], Any]:
    def error(rows: Judged) -> Any:
        np = numpy()
        below = np.maximum(divide_by(rows.truth, rows.answers), np.finfo(np.float64).eps)
        return np.mean(abs(rows.truth - rows.answers) / below)

    return error


def _r2(rows: Judged) -> Any:
    if len(rows.truth) < 2:
        return math.nan
    left = ((rows.truth - rows.answers) ** 2).sum()
    spread = ((rows.truth - rows.truth.mean()) ** 2).sum()
    if not spread:
        return 0.0 if left else 1.0
    return 1 - left / spread


def _correlation(left: Any, right: Any) -> Any:
    a, b = left - left.mean(), right - right.mean()
    below = math.sqrt(float((a**2).sum()) * float((b**2).sum()))
    return math.nan if below == 0 else (a * b).sum() / below


def _spearman(rows: Judged) -> Any:
    series = pandas().Series
    return _correlation(*(series(part).rank().to_numpy() for part in (rows.truth, rows.answers)))


def _pinball_loss(rows: Judged) -> Any:
    np = numpy()
    levels = np.asarray(rows.levels)
    error = rows.truth[:, None] - rows.answers
    return np.maximum(levels * error, (levels - 1) * error).mean()


_METRICS: Mapping[str, Callable[[Judged], Any]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "mcc": _mcc,
    "roc_auc": _roc_auc,
    "average_precision": _average_precision,
    "log_loss": _log_loss,
    **{part: _of_positive(part) for part in ("precision", "recall", "f1")},
    **{
        f"{part}_{how}": _averaged(part, how)
        for part in ("precision", "recall", "f1")
        for how in ("macro", "micro", "weighted")
    },
    "root_mean_squared_error": _residuals(lambda y, p: ((y - p) ** 2).mean() ** 0.5),
    "mean_squared_error": _residuals(lambda y, p: ((y - p) ** 2).mean()),
    "mean_absolute_error": _residuals(lambda y, p: abs(y - p).mean()),
    "median_absolute_error": _residuals(lambda y, p: numpy().median(abs(y - p))),
    "mean_absolute_percentage_error": _relative(lambda y, _: abs(y)),
    "symmetric_mean_absolute_percentage_error": _relative(lambda y, p: abs(y) + abs(p)),
    "r2": _r2,
    "pearsonr": _residuals(_correlation),
    "spearmanr": _spearman,
    "pinball_loss": _pinball_loss,
}

COMPUTED = frozenset(_METRICS)
"""The metrics that this module computes, by AutoGluon's names."""
