"""What a predictor answers, before a wire format is chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema

PROBABILITY_SUFFIX = "_proba"

Columns = Mapping[str, Any]
"""Columns by name: NumPy arrays, or lists of labels, all of one length."""


@dataclass(frozen=True)
class Predictions:
    """One row per row of the request, in its order.

    `labels` holds the column named by the label (several for quantile regression); `probabilities`
    has one column `<class>_proba` per class, in class order, and none for regression.
    """

    labels: Columns
    probabilities: Columns

    def cells(self, output: str = "both") -> Columns:
        """The answer's columns: `both`, `labels` or `probabilities`."""
        if output == "labels":
            return self.labels
        if output == "probabilities":
            return self.probabilities
        return {**self.labels, **self.probabilities}

    def part(self, start: int, end: int) -> Predictions:
        """The rows from `start` up to, but without, `end`."""
        return Predictions(
            {name: values[start:end] for name, values in self.labels.items()},
            {name: values[start:end] for name, values in self.probabilities.items()},
        )


class Engine(Protocol):
    """Something that predicts: AutoGluon itself, or a faster equal of it."""

    @property
    def name(self) -> str:
        """`autogluon` or `direct`, as answers tell it."""

    @property
    def joinable(self) -> bool:
        """Whether several requests may be predicted as one: no row's answer depends on others."""

    def predict(self, request: Request) -> Predictions:
        """Predict all rows of the request."""


def probability_columns(classes: Sequence[Any]) -> list[str]:
    """`<class>_proba` for each class."""
    return [f"{item}{PROBABILITY_SUFFIX}" for item in classes]


def answer_columns(schema: FeatureSchema, output: str = "both") -> list[str]:
    """The names of an answer's columns: `both`, `labels` or `probabilities`."""
    labels = [schema.label]
    if schema.quantile_levels is not None:
        labels = [str(level) for level in schema.quantile_levels]
    probabilities = probability_columns(schema.classes or ())
    return {"labels": labels, "probabilities": probabilities}.get(output, labels + probabilities)


def require_distinct(names: Sequence[str], way_out: str) -> None:
    """Refuse columns of an answer of which one would take another one's place.

    Args:
        names: of all its columns.
        way_out: what to do about it, for the sentence.

    Raises:
        InputError: naming the columns.
    """
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        raise InputError(
            f"The answer would have more than one column {listed(doubled)}; {way_out}."
        )
