"""Register the type of time series."""

from __future__ import annotations

from autogluon_client.predictors.predictor_types import PredictorType
from autogluon_client.predictors.timeseries.endpoint import TimeSeriesEndpoint
from autogluon_client.predictors.timeseries.predictor import TimeSeriesCloudPredictor
from autogluon_client.predictors.timeseries.request_form import answer_columns, example_request
from autogluon_client.predictors.timeseries.shards import sharded
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns

PREDICTOR_TYPE = PredictorType(
    predictor_class=TimeSeriesCloudPredictor,
    endpoint_class=TimeSeriesEndpoint,
    label_argument="target",
    label_default=SeriesColumns.target,
    answer_columns=answer_columns,
    example_request=example_request,
    batch_data=sharded,
)
