"""Build the feature schema of a fitted predictor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autogluon.timeseries import TimeSeriesPredictor

from autogluon_contracts.documents.feature_schema import Optional
from autogluon_contracts.predictor_types.timeseries.series import (
    SeriesColumns,
    SeriesFacts,
    stores_history,
)
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.training_examples import with_examples
from autogluon_jobs.timeseries.data.series_data import SeriesData


def build_schema(
    predictor: TimeSeriesPredictor,
    data: SeriesData,
    columns: SeriesColumns,
    init_args: Mapping[str, Any],
) -> FeatureSchema:
    """Describe what the predictor takes: history, and the future of the known covariates."""
    stored = stores_history(init_args)
    facts = SeriesFacts(
        id_column=columns.id_column,
        timestamp_column=columns.timestamp_column,
        prediction_length=predictor.prediction_length,
        freq=predictor.freq,
        known_covariates=columns.known_covariates,
        resampled=data.resampled,
        static_features=data.static,
        stored_history=stored,
    )
    features = with_examples(data.features, data.train)
    if data.train.static_features is not None:
        features = with_examples(features, data.train.static_features)
    left_out: dict[str, Optional] = {}
    if stored:  # a request then has to name the series only
        left_out = dict.fromkeys((item.name for item in features), "without_label")
        left_out |= dict.fromkeys(data.static, "always")
        del left_out[columns.id_column]
    return FeatureSchema(
        label=predictor.target,
        problem_type="timeseries",
        features=tuple(
            replace(item, optional=left_out[item.name], nullable=True)
            if item.name in left_out
            else item
            for item in features
        ),
        quantile_levels=tuple(float(level) for level in predictor.quantile_levels),
        type="timeseries",
        details=facts.to_json(),
    )
