"""Chart each class of a multiclass predictor against all others."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from autogluon_jobs.report.charts import FIRST, SECOND, canvas, finish, rows_height
from autogluon_jobs.report.number_text import number, short
from autogluon_jobs.report.page_parts import Chart, Note, Part, Table
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows
from autogluon_jobs.tabular.report.calibration import calibration_chart
from autogluon_jobs.tabular.report.report_facts import ReportFacts

_MOST_CLASSES = 12
_MOST_MEASURED = 100
_COLUMNS = ("class", "rows", "ROC area", "average precision", "precision", "recall")


def multiclass_parts(facts: ReportFacts, judged: JudgedRows) -> list[Part]:
    """Draw ranking quality by class, calibration of the chosen class, and a table of classes."""
    frequency = np.bincount(judged.truth.astype(int), minlength=len(facts.classes))
    frequent = np.argsort(-frequency, kind="stable")[:_MOST_MEASURED]
    rows = [(facts.classes[at], _against_rest(judged, at)) for at in frequent]
    measured = [(name, row) for name, row in rows if row]
    parts: list[Part] = []
    if measured:
        parts.append(_areas(sorted(measured, key=lambda item: item[1]["ROC area"])))
    else:
        parts.append(Note("No ranking: these rows have one class only.", True))
    parts.append(
        calibration_chart(
            judged.answers == judged.truth,
            judged.probabilities.max(axis=1),
            predicted="Probability of the predicted class",
            observed="Share that was correct",
        )
    )
    cells = [[name, *(number(row[key]) for key in _COLUMNS[1:])] for name, row in measured]
    title = "Each class against all others"
    if len(facts.classes) > _MOST_MEASURED:
        title += f" (the {_MOST_MEASURED} most frequent of {len(facts.classes):,})"
    parts.append(
        Table(
            title,
            _COLUMNS,
            cells,
            frozenset(_COLUMNS[1:]),
            folded=len(cells) > _MOST_CLASSES,
        )
    )
    return parts


def _against_rest(judged: JudgedRows, at: int) -> dict[str, float] | None:
    truth, chosen = judged.truth == at, judged.answers == at
    if truth.all() or not truth.any():
        return None
    scores = judged.probabilities[:, at]
    hits = float((truth & chosen).sum())
    return {
        "rows": float(truth.sum()),
        "ROC area": float(roc_auc_score(truth, scores)),
        "average precision": float(average_precision_score(truth, scores)),
        "precision": hits / float(chosen.sum()) if chosen.any() else float("nan"),
        "recall": hits / float(truth.sum()),
    }


def _areas(measured: list[tuple[str, dict[str, float]]]) -> Chart:
    shown = measured[:_MOST_CLASSES]
    places = np.arange(len(shown))
    mean = float(np.mean([row["ROC area"] for _, row in measured]))
    with canvas(rows_height(len(shown)) + 15) as (figure, axes):
        for series, key in ((FIRST, "ROC area"), (SECOND, "average precision")):
            values: list[Any] = [row[key] for _, row in shown]
            axes.plot(values, places, series.marker, color=series.colour, label=key)
        axes.set_yticks(places, [short(name) for name, _ in shown])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlim(right=1.02)
        axes.set_xlabel("Class against all others (1 is perfect)")
        figure.legend(loc="outside upper center", ncols=2)
        name, row = shown[0]
        return finish(
            figure,
            alternative=(
                f"ROC area and average precision of {len(shown)} classes against all others: "
                f"mean ROC area {number(mean)}, lowest for {name} with {number(row['ROC area'])}."
            ),
            caption=(
                f"One against the rest, worst first ({len(shown)} of {len(measured)} classes): "
                f"mean ROC area {number(mean)}. A low average precision marks classes that are "
                f"hard to find, often rare ones."
            ),
        )
