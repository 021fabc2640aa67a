"""The client's metrics are AutoGluon's: both compute the same rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from autogluon.core.metrics import compute_metric, get_metric

from autogluon_client.predictors.tabular.scores import COMPUTED, Judged, scores
from autogluon_contracts.predictor_types.tabular.metrics import canonical
from autogluon_contracts.predictor_types.tabular.names import METRICS

LEVELS = [0.1, 0.5, 0.9]
# AutoGluon's own; `evaluate` says that they are computed in training only.
LEFT_OUT = {
    "pac", "quadratic_kappa", "roc_auc_ovo", "roc_auc_ovo_weighted", "roc_auc_ovr",
    "roc_auc_ovr_micro", "roc_auc_ovr_weighted",
}  # fmt: skip


def _judged(problem_type: str, seed: int) -> Judged:
    dice = np.random.default_rng(seed)
    rows = int(dice.integers(2, 60))
    if problem_type in ("regression", "quantile"):
        truth = dice.normal(size=rows).round(1)
        if problem_type == "regression":
            return Judged(truth, truth + dice.normal(size=rows).round(1))
        return Judged(truth, np.sort(dice.normal(size=(rows, 3))), levels=LEVELS)
    classes = 2 if problem_type == "binary" else 4
    truth = dice.integers(0, classes, rows)
    # Rounded, so that probabilities repeat and some are 0.
    probabilities = dice.dirichlet(np.ones(classes), rows).round(1)
    positive = 1 if problem_type == "binary" else None
    return Judged(truth, probabilities.argmax(axis=1), probabilities, positive)


def _autogluons(judged: Judged, name: str, problem_type: str) -> float:
    given: dict[str, Any] = {"y": judged.truth, "y_pred": judged.answers}
    if problem_type == "binary":
        given["y_pred_proba"] = judged.positive_probability
    elif problem_type == "multiclass":
        given["y_pred_proba"] = judged.probabilities
    else:
        given["quantile_levels"] = judged.levels
    return float(compute_metric(metric=get_metric(name, problem_type), silent=True, **given))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("problem_type", METRICS)
def test_every_metric_is_autogluons(problem_type: str, seed: int) -> None:
    judged = _judged(problem_type, seed)
    found: dict[str, float] = {}
    for name in METRICS[problem_type]:
        found |= scores(judged, problem_type, name)
    for metric, value in found.items():
        expected = _autogluons(judged, metric, problem_type)
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-12), metric


def test_the_metrics_that_only_training_computes_are_known() -> None:
    every = {canonical(name) for names in METRICS.values() for name in names}
    assert every - COMPUTED == LEFT_OUT


@pytest.mark.parametrize("problem_type", ["binary", "regression"])
def test_what_is_undefined_is_left_out(problem_type: str) -> None:
    judged = Judged(np.zeros(3, int), np.zeros(3, int), np.full((3, 2), 0.5), 1)
    found = scores(judged, problem_type, None)
    assert not {"roc_auc", "average_precision", "pearsonr", "spearmanr"} & found.keys()
    assert {"binary": "accuracy", "regression": "mean_squared_error"}[problem_type] in found
