"""Register the multimodal type."""

from __future__ import annotations

from typing import Any

from autogluon_client.endpoint.input_schema import example_request
from autogluon_client.predictors.multimodal.endpoint import MultiModalEndpoint
from autogluon_client.predictors.multimodal.predictor import MultiModalCloudPredictor
from autogluon_client.predictors.predictor_types import PredictorType
from autogluon_client.predictors.tabular.evaluation import evaluate
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.multimodal.images import image_columns

# One transparent pixel, a PNG.
_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
    "rkJggg=="
)


def _example_request(header: FeatureSchemaHeader) -> list[dict[str, Any]]:
    """Return a row that the endpoint answers, with a pixel for each image."""
    (row,) = example_request(header)
    return [row | dict.fromkeys(image_columns(header.details), _PIXEL)]


PREDICTOR_TYPE = PredictorType(
    predictor_class=MultiModalCloudPredictor,
    endpoint_class=MultiModalEndpoint,
    label_argument="label",
    evaluate=evaluate,
    example_request=_example_request,
)
