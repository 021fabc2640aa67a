"""Name the columns of a tabular predictor's answers."""

from __future__ import annotations

from autogluon_jobs.answers.columns import probability_columns
from autogluon_jobs.schema.feature_schema import FeatureSchema


def answer_columns(schema: FeatureSchema, output: str = "both") -> list[str]:
    """Return the names of an answer's columns: `both`, `labels` or `probabilities`."""
    labels = [schema.label]
    if schema.quantile_levels is not None:
        labels = [str(level) for level in schema.quantile_levels]
    probabilities = probability_columns(schema.classes or ())
    return {"labels": labels, "probabilities": probabilities}.get(output, labels + probabilities)
