"""Register the tabular type."""

from __future__ import annotations

from autogluon_client.predictors.predictor_types import PredictorType
from autogluon_client.predictors.tabular.endpoint import TabularEndpoint
from autogluon_client.predictors.tabular.evaluation import evaluate
from autogluon_client.predictors.tabular.predictor import TabularCloudPredictor

PREDICTOR_TYPE = PredictorType(
    predictor_class=TabularCloudPredictor,
    endpoint_class=TabularEndpoint,
    label_argument="label",
    has_portable_scorer=True,
    evaluate=evaluate,
)
