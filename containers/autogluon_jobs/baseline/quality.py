"""Count how wrong the answers to held-out rows are."""

from __future__ import annotations

from autogluon_contracts.documents.drift_baseline import ColumnBaseline, QualityBaseline
from autogluon_jobs.baseline.answer_values import RIGHT, WRONG
from autogluon_jobs.baseline.column_counts import baseline_of
from autogluon_jobs.baseline.column_values import ColumnValues


def quality_baseline(errors: ColumnValues) -> QualityBaseline:
    """Return the baseline of how wrong the answers are, of which there must be at least one."""
    if errors.comparison == "numbers":
        return QualityBaseline(
            measure="absolute error",
            value=mean_error(errors),
            column=baseline_of(errors),
        )
    found = errors.present.tolist()
    counts = (found.count(RIGHT), found.count(WRONG))
    column = ColumnBaseline(
        name=errors.name,
        comparison="values",
        present=len(found),
        missing=0,
        values=(RIGHT, WRONG),
        counts=counts,
    )
    return QualityBaseline(measure="wrong answers", value=mean_error(errors), column=column)


def mean_error(errors: ColumnValues) -> float:
    """Return the mean absolute error, or the share of wrong answers."""
    if errors.comparison == "numbers":
        return float(errors.present.mean())
    found = errors.present.tolist()
    return float(found.count(WRONG) / len(found))
