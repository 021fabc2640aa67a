"""Hold rows with their truth and the model's answers, in the shape that metrics take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from autogluon.core.metrics import compute_metric


@dataclass(frozen=True)
class JudgedRows:
    """Truth and answers, row by row, in AutoGluon's internal labels (classes count from 0).

    Attributes:
        index: of the frame that the rows came from, shape (rows,).
        truth: shape (rows,).
        answers: the predicted label or value, shape (rows,); quantiles: (rows, levels).
        probabilities: of the positive class, shape (rows,), for binary problems; of every class,
            shape (rows, classes), for multiclass ones; None for regression and quantiles.
        quantile_levels: of a quantile regression, else None.
    """

    index: Any
    truth: Any
    answers: Any
    probabilities: Any = None
    quantile_levels: Any = None

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, positions: Any) -> JudgedRows:
        """Return these rows only; `positions` count from 0 and may repeat, or are a mask."""
        return JudgedRows(
            index=self.index[positions],
            truth=self.truth[positions],
            answers=self.answers[positions],
            probabilities=None if self.probabilities is None else self.probabilities[positions],
            quantile_levels=self.quantile_levels,
        )

    def score(self, metric: Any) -> float | None:
        """Compute an AutoGluon metric on these rows, higher is better; None where undefined."""
        given = {"y": self.truth, "y_pred": self.answers}
        if self.probabilities is None:
            given["quantile_levels"] = self.quantile_levels
        else:
            given["y_pred_proba"] = self.probabilities
        try:
            score = float(compute_metric(metric=metric, silent=True, **given))
        except ValueError:  # A class is missing in these rows.
            return None
        return score if np.isfinite(score) else None  # JSON has no NaN.
