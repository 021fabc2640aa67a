"""Hold what a predictor answers before a wire format is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from autogluon_jobs.answers.columns import Columns


@dataclass(frozen=True)
class Predictions:
    """One row per row of the request, in its order, where the predictor's type answers by row.

    `labels` holds the column named by the label (several for quantile regression); `probabilities`
    has one column `<class>_proba` per class, in class order, and none for regression.
    """

    labels: Columns
    probabilities: Columns

    def cells(self, output: str = "both") -> Columns:
        """Return the answer's columns: `both`, `labels` or `probabilities`."""
        if output == "labels":
            return self.labels
        if output == "probabilities":
            return self.probabilities
        return {**self.labels, **self.probabilities}

    def part(self, start: int, end: int) -> Predictions:
        """Return the rows from `start` up to, but without, `end`."""
        return Predictions(
            {name: values[start:end] for name, values in self.labels.items()},
            {name: values[start:end] for name, values in self.probabilities.items()},
        )
