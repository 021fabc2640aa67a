"""Register the multimodal type."""

from __future__ import annotations

from autogluon_client.predictors.multimodal.endpoint import MultiModalEndpoint
from autogluon_client.predictors.multimodal.predictor import MultiModalCloudPredictor
from autogluon_client.predictors.predictor_types import PredictorType
from autogluon_client.predictors.tabular.evaluation import evaluate

PREDICTOR_TYPE = PredictorType(
    predictor_class=MultiModalCloudPredictor,
    endpoint_class=MultiModalEndpoint,
    label_argument="label",
    load_call="MultiModalPredictor.load",
    evaluate=evaluate,
)
