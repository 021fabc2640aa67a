"""Load what answers a batch: the engine, with the model and the contributions that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.jobs.engines import Engine, Explanations
from autogluon_jobs.jobs.predictor_types import predictor_type_of
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema


class AskedAnswer(Protocol):
    """What a batch asks for, whichever engine predicts it."""

    @property
    def output(self) -> str:
        """Return `both`, `labels` or `probabilities`."""

    @property
    def contributions(self) -> bool:
        """Return whether each feature's part in a prediction is answered, too."""

    @property
    def artifact_model(self) -> str | None:
        """Return the artifact's model that predicts; None: its best."""


@dataclass(frozen=True)
class ExplainedPredictions(Predictions):
    """Predictions with the contributions to them, whatever the output."""

    contributions: Columns = field(default_factory=dict)

    def cells(self, output: str = "both") -> Columns:
        """Return the answer's columns, the contributions last."""
        return {**super().cells(output), **self.contributions}


@dataclass(frozen=True)
class BatchEngine:
    """An engine that answers what a batch asks for."""

    inner: Engine
    model: str | None
    explanations: Explanations | None

    @property
    def name(self) -> str:
        """Return the inner engine's name."""
        return self.inner.name

    @property
    def joinable(self) -> bool:
        """Return whether requests may be joined."""
        return self.inner.joinable

    def predict(self, request: Request) -> Predictions:
        """Predict, and explain, all rows of the request."""
        if self.model is not None:
            request = replace(request, options={**request.options, "model": self.model})
        found = self.inner.predict(request)
        if self.explanations is None:
            return found
        columns = self.explanations.columns(request)
        return ExplainedPredictions(found.labels, found.probabilities, columns)


def batch_engine(engine: Engine, asked: AskedAnswer, explanations: Explanations | None) -> Engine:
    """Return the engine that answers what a batch asks for.

    Raises:
        InputError: contributions are asked for, and the model that predicts has none.
    """
    if not asked.contributions and asked.artifact_model is None:
        return engine
    explained = _required(explanations) if asked.contributions else None
    if explained is not None:
        explained.require(asked.artifact_model)
    return BatchEngine(engine, asked.artifact_model, explained)


def batch_columns(
    schema: FeatureSchema, asked: AskedAnswer, explanations: Explanations | None
) -> Sequence[str]:
    """Return the names of the answer's columns.

    Raises:
        InputError: contributions are asked for, and predictors of the type have none.
    """
    names = predictor_type_of(schema.type).answer_columns(schema, asked.output)
    return (*names, *_required(explanations).names) if asked.contributions else names


def _required(explanations: Explanations | None) -> Explanations:
    if explanations is None:
        raise InputError(
            "Predictors of this type have no contributions.", advice="Leave out contributions."
        )
    return explanations
