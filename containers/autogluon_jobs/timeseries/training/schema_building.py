"""Build the feature schema of a fitted predictor."""

from __future__ import annotations

from autogluon.timeseries import TimeSeriesPredictor

from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns, SeriesFacts
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.training_examples import with_examples
from autogluon_jobs.timeseries.data.series_data import SeriesData


def build_schema(
    predictor: TimeSeriesPredictor, data: SeriesData, columns: SeriesColumns
) -> FeatureSchema:
    """Describe what the predictor takes: history, and the future of the known covariates."""
    facts = SeriesFacts(
        id_column=columns.id_column,
        timestamp_column=columns.timestamp_column,
        prediction_length=predictor.prediction_length,
        freq=predictor.freq,
        known_covariates=columns.known_covariates,
        resampled=data.resampled,
    )
    return FeatureSchema(
        label=predictor.target,
        problem_type="timeseries",
        features=with_examples(data.features, data.train),
        quantile_levels=tuple(float(level) for level in predictor.quantile_levels),
        type="timeseries",
        details=facts.to_json(),
    )
