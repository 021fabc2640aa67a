"""Forecast with AutoGluon's predictor."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor

from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts
from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.messages.documents import checked
from autogluon_jobs.requests.inference_arguments import check_options
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.timeseries.prediction.history import read_history
from autogluon_jobs.timeseries.prediction.kept_models import keep_models
from autogluon_jobs.timeseries.prediction.separate_series import are_separate
from autogluon_jobs.timeseries.prediction.stored_series import StoredSeries

# AutoGluon holds each series of a call as an object of its own, and its forecast beside it. More
# series than this are forecast one block after another, where that changes no forecast.
_BLOCK_SERIES = 10_000


class ForecastEngine:
    """Answers the history of some series with their forecasts."""

    name = "autogluon"
    joinable = False

    def __init__(
        self, predictor: TimeSeriesPredictor, schema: FeatureSchema, artifact: Path
    ) -> None:
        self._predictor = predictor
        self._schema = schema
        self._facts = checked(lambda: SeriesFacts.of(schema.details))
        self._stored = StoredSeries.of(artifact, schema, self._facts)
        self._models = predictor.model_names()
        self._in_blocks = are_separate(predictor)

    @classmethod
    def load(cls, artifact: Path, schema: FeatureSchema, cores: int) -> ForecastEngine:
        """Load the predictor of an unpacked artifact."""
        predictor = TimeSeriesPredictor.load(artifact)
        keep_models(predictor, cores)
        return cls(predictor, schema, artifact)

    def predict(self, request: Request) -> Predictions:
        """Forecast every series of the request.

        Raises:
            InputError: a series that cannot be forecast, or an option that the predictor lacks.
        """
        check_options(request.options, self._schema.problem_type, self._models)
        history = read_history(request.features, self._schema, self._facts, self._stored)
        model = request.options.get("model")
        blocks = history.blocks(_BLOCK_SERIES) if self._in_blocks else [history]
        answers = [
            self._columns(
                self._predictor.predict(block.past, known_covariates=block.known, model=model)
            )
            for block in blocks
        ]
        return Predictions(_joined(answers), {})

    def _columns(self, forecast: TimeSeriesDataFrame) -> Columns:
        items, times = (forecast.index.get_level_values(level) for level in (0, 1))
        id_column, timestamp_column, *values = self._facts.answer_columns(
            self._schema.quantile_levels or (), "both"
        )
        columns: dict[str, Any] = {
            id_column: items.tolist(),
            timestamp_column: [time.isoformat() for time in times],
        }
        return columns | {name: forecast[name].to_numpy() for name in values}


def _joined(blocks: Sequence[Columns]) -> Columns:
    first, *others = blocks
    if not others:
        return first
    joined: dict[str, Any] = {}
    for name, values in first.items():
        parts = [values, *(block[name] for block in others)]
        is_list = isinstance(values, list)
        joined[name] = list(chain.from_iterable(parts)) if is_list else np.concatenate(parts)
    return joined
