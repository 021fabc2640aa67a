"""Take a model's answers in the form in which they are counted and judged.

Training does so with its held-out rows, a drift job with captured answers; both must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autogluon_contracts.answers import probability_column
from autogluon_jobs.baseline.column_values import ColumnValues, numbers, texts
from autogluon_jobs.schema.feature_schema import FeatureSchema

HIGHEST = "highest probability"
RIGHT, WRONG = "right", "wrong"


@dataclass(frozen=True)
class AnswerValues:
    """The answers to some rows: predicted classes with their scores, or numbers.

    `labels` are texts of classes, or None where they are not known; `scores` of a binary predictor
    the positive class's probabilities, of a multiclass one each row's highest, of a regression the
    values, and of a quantile regression its middle level; None where they are not known.
    """

    labels: Sequence[str] | None
    scores: Any | None

    def columns(self, schema: FeatureSchema) -> list[ColumnValues]:
        """Return what of the answers is compared."""
        found = []
        if self.labels is not None:
            found.append(texts(schema.label, self.labels))
        if self.scores is not None:
            found.append(numbers(score_name(schema), self.scores))
        return found

    def errors(self, schema: FeatureSchema, truth: Sequence[Any]) -> ColumnValues | None:
        """Return how wrong each answer is, by the truth; None where the answers are not known."""
        if schema.classes is not None:
            if self.labels is None:
                return None
            pairs = zip(self.labels, truth, strict=True)
            judged = [RIGHT if label == str(true) else WRONG for label, true in pairs]
            return texts(schema.label, judged)
        if self.scores is None:
            return None
        return numbers(schema.label, np.abs(self.scores - np.asarray(truth, dtype=np.float64)))


def score_name(schema: FeatureSchema) -> str:
    """Return the name of the column of numbers."""
    if schema.problem_type == "binary":
        return probability_column(schema.positive_class)
    if schema.classes is not None:
        return HIGHEST
    return schema.label if schema.quantile_levels is None else str(middle_level(schema))


def class_texts(schema: FeatureSchema) -> Callable[[Any], str]:
    """Return what gives the text of a class, however an answer or a file of labels writes it.

    JSON has `true`, and CSV `True`; a column with gaps is often written with `1.0` for 1. Other
    values, such as a class that the model did not learn, keep their text.
    """
    classes = schema.classes or ()
    kinds = {type(item) for item in classes}
    key: Callable[[Any], Any] = str
    if kinds == {bool}:
        key = _lower
    elif kinds <= {int, float}:
        key = _number
    texts = {key(item): str(item) for item in classes}
    return lambda value: texts.get(key(value), str(value))


def _lower(value: Any) -> str:
    return str(value).lower()


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (ValueError, TypeError):
        return str(value)


def middle_level(schema: FeatureSchema) -> float:
    """Return the quantile level next to the median."""
    return min(schema.quantile_levels or (), key=lambda level: abs(level - 0.5))
