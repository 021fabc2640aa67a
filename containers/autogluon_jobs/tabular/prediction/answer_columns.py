"""Name the columns of a tabular predictor's answers."""

from __future__ import annotations

from autogluon_contracts import answers
from autogluon_jobs.schema.feature_schema import FeatureSchema


def answer_columns(schema: FeatureSchema, output: str = "both") -> tuple[str, ...]:
    """Return the names of an answer's columns: `both`, `labels` or `probabilities`."""
    return answers.answer_columns(
        label=schema.label,
        classes=schema.classes,
        quantile_levels=schema.quantile_levels,
        output=output,
    )
