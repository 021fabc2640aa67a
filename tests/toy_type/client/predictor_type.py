"""Register mean predictors."""

from __future__ import annotations

from autogluon_client.predictors.meantype.predictor import MeanCloudPredictor, MeanEndpoint
from autogluon_client.predictors.predictor_types import PredictorType

PREDICTOR_TYPE = PredictorType(
    predictor_class=MeanCloudPredictor,
    endpoint_class=MeanEndpoint,
    label_argument="label",
)
