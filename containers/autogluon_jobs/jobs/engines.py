"""State what a loaded predictor can do: predict, and explain its predictions."""

from __future__ import annotations

from typing import Protocol

from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.requests.request import Request


class Engine(Protocol):
    """A loaded predictor: AutoGluon itself, or a faster equal of it."""

    @property
    def name(self) -> str:
        """Return the engine's name in answers, such as `autogluon` or `direct`."""

    @property
    def joinable(self) -> bool:
        """Return whether requests may be joined: no row's answer depends on others.

        Never where the type does not answer by row.
        """

    def predict(self, request: Request) -> Predictions:
        """Predict all rows of the request."""


class Explanations(Protocol):
    """Explains predictions by the part that each feature has in them."""

    @property
    def names(self) -> list[str]:
        """Return the columns that `columns` returns."""

    def require(self, model: str | None) -> None:
        """Refuse a model without contributions before rows are read; None means the best.

        Raises:
            InputError: it has none, with the artifact's models that have some.
        """

    def columns(self, request: Request) -> Columns:
        """Return the contributions to each row's prediction."""
