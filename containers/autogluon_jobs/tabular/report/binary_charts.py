"""Chart how a binary predictor ranks, and how reliable its probabilities are."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import (
    average_precision_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from autogluon_jobs.report.charts import FIRST, MUTED, SECOND, canvas, finish
from autogluon_jobs.report.number_text import number, percent, short
from autogluon_jobs.report.page_parts import Chart, Note, Part
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows
from autogluon_jobs.tabular.report.calibration import calibration_chart
from autogluon_jobs.tabular.report.report_facts import ReportFacts

_POINTS = 200
_BINS = 25


def binary_parts(facts: ReportFacts, judged: JudgedRows) -> list[Part]:
    """Draw ROC, precision-recall, calibration and score distribution of the positive class."""
    positive = str(facts.predictor.positive_class)
    if len(np.unique(judged.truth)) < 2:
        return [Note("No curves: these rows have one class only.", True)]
    threshold = float(facts.predictor.decision_threshold)
    return [
        _roc(judged, positive, threshold),
        _precision_recall(judged, positive, threshold),
        calibration_chart(
            judged.truth == 1,
            judged.probabilities,
            predicted=f"Predicted probability of {short(positive)}",
            observed=f"Share that is {short(positive)}",
        ),
        _distribution(facts, judged, positive, threshold),
    ]


def _at_threshold(judged: JudgedRows, threshold: float) -> tuple[float, float, float]:
    """Return false positive rate, recall and precision of the decisions as they are made."""
    chosen, truth = judged.probabilities >= threshold, judged.truth == 1
    hits = float((chosen & truth).sum())
    false_rate = float((chosen & ~truth).sum() / (~truth).sum())
    return false_rate, hits / float(truth.sum()), hits / max(float(chosen.sum()), 1.0)


def _thinned(*arrays: Any) -> list[Any]:
    """Thin the curve to as many points as are visible, its ends among them."""
    count = len(arrays[0])
    if count <= _POINTS:
        return list(arrays)
    kept = np.unique(np.linspace(0, count - 1, _POINTS).astype(int))
    return [array[kept] for array in arrays]


def _roc(judged: JudgedRows, positive: str, threshold: float) -> Chart:
    false_rate, recall, _ = roc_curve(judged.truth, judged.probabilities)
    area = roc_auc_score(judged.truth, judged.probabilities)
    at_false, at_recall, _ = _at_threshold(judged, threshold)
    with canvas() as (figure, axes):
        axes.plot(*_thinned(false_rate, recall), color=FIRST.colour, label="this predictor")
        axes.plot([0, 1], [0, 1], color=MUTED, linestyle=":", label="guessing")
        axes.plot(
            [at_false], [at_recall], SECOND.marker, color=SECOND.colour, markersize=7,
            label=f"decisions at {number(threshold)}",
        )  # fmt: skip
        axes.set_xlabel("False positive rate")
        axes.set_ylabel("True positive rate (recall)")
        axes.legend(loc="lower right")
        return finish(
            figure,
            alternative=(
                f"ROC curve for {positive}: area {number(area)}. Decisions at threshold "
                f"{number(threshold)} find {percent(at_recall)} of {positive} at a false positive "
                f"rate of {percent(at_false)}."
            ),
            caption=(
                f"ROC curve, area {number(area)} (1 is perfect, 0.5 is guessing). The square shows "
                f"the decisions as they are made: {percent(at_recall)} of “{positive}” found, "
                f"{percent(at_false)} of the others mistaken for it."
            ),
        )


def _precision_recall(judged: JudgedRows, positive: str, threshold: float) -> Chart:
    precision, recall, _ = precision_recall_curve(judged.truth, judged.probabilities)
    average = average_precision_score(judged.truth, judged.probabilities)
    base = float((judged.truth == 1).mean())
    _, at_recall, at_precision = _at_threshold(judged, threshold)
    with canvas() as (figure, axes):
        axes.plot(*_thinned(recall, precision), color=FIRST.colour, label="this predictor")
        axes.axhline(base, color=MUTED, linestyle=":", label="guessing")
        axes.plot(
            [at_recall], [at_precision], SECOND.marker, color=SECOND.colour, markersize=7,
            label=f"decisions at {number(threshold)}",
        )  # fmt: skip
        axes.set_xlabel("Recall")
        axes.set_ylabel("Precision")
        axes.set_ylim(0, 1.03)
        axes.legend(loc="lower left")
        return finish(
            figure,
            alternative=(
                f"Precision-recall curve for {positive}: average precision {number(average)}, "
                f"against {number(base)} for guessing."
            ),
            caption=(
                f"Precision and recall, average precision {number(average)}; guessing has "
                f"{number(base)}, the share of “{positive}”. Of the rows predicted as “{positive}”"
                f", {percent(at_precision)} are correct."
            ),
        )


def _distribution(facts: ReportFacts, judged: JudgedRows, positive: str, threshold: float) -> Chart:
    negative = facts.classes[0]
    edges = np.linspace(0, 1, _BINS + 1)
    overlap = 0.0
    shares = []
    for number_of_class in (0, 1):
        counts, _ = np.histogram(judged.probabilities[judged.truth == number_of_class], edges)
        shares.append(counts / max(counts.sum(), 1))
    overlap = float(np.minimum(*shares).sum())
    with canvas() as (figure, axes):
        for series, name, share in zip((SECOND, FIRST), (negative, positive), shares, strict=True):
            axes.stairs(
                100 * share, edges, color=series.colour, linestyle=series.dash, linewidth=1.8,
                label=f"truly {short(name)}",
            )  # fmt: skip
        axes.axvline(threshold, color=MUTED, linestyle=":", label="decision threshold")
        axes.set_xlabel(f"Predicted probability of {short(positive)}")
        axes.set_ylabel("Rows of the class (%)")
        figure.legend(loc="outside upper center", ncols=2)
        return finish(
            figure,
            alternative=(
                f"Distribution of the predicted probability for rows that are {positive} and rows "
                f"that are {negative}. The two overlap by {percent(overlap)}."
            ),
            caption=(
                f"Separation of the classes: the smaller the overlap ({percent(overlap)} here), "
                f"the better. Rows left of the dotted line are predicted as “{negative}”, rows "
                f"right of it as “{positive}”."
            ),
        )
