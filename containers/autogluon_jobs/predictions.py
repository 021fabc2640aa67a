"""What a predictor answers, before a wire format is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from autogluon_jobs.request import Request

PROBABILITY_SUFFIX = "_proba"


@dataclass(frozen=True)
class Predictions:
    """One row per row of the request, with positions as index.

    `labels` holds the column named by the label (several for quantile regression); `probabilities`
    has one column `<class>_proba` per class, in class order, and none for regression.
    """

    labels: pd.DataFrame
    probabilities: pd.DataFrame

    def columns(self, output: str = "both") -> pd.DataFrame:
        """The answer's columns: `both`, `labels` or `probabilities`."""
        if output == "labels":
            return self.labels
        if output == "probabilities":
            return self.probabilities
        return pd.concat([self.labels, self.probabilities], axis=1)


class Engine(Protocol):
    """Something that predicts: AutoGluon itself, or a faster equal of it."""

    def predict(self, request: Request) -> Predictions:
        """Predict all rows of the request."""


def probability_columns(classes: Any) -> list[str]:
    """`<class>_proba` for each class."""
    return [f"{item}{PROBABILITY_SUFFIX}" for item in classes]
