"""Register the multimodal type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_client.endpoint.input_schema import example_request
from autogluon_client.predictors.multimodal.endpoint import MultiModalEndpoint
from autogluon_client.predictors.multimodal.predictor import MultiModalCloudPredictor
from autogluon_client.predictors.predictor_types import PredictorType
from autogluon_client.predictors.tabular.evaluation import evaluate
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.multimodal.images import image_columns
from autogluon_contracts.predictor_types.multimodal.segmentation import (
    answered_values,
    mask_columns,
)

# One transparent pixel, a PNG.
_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
    "rkJggg=="
)


def _example_request(header: FeatureSchemaHeader) -> list[dict[str, Any]]:
    """Return a row that the endpoint answers, with a pixel for each image."""
    (row,) = example_request(header)
    return [row | dict.fromkeys(image_columns(header.details), _PIXEL)]


def _answer_columns(header: FeatureSchemaHeader, output: str) -> Sequence[str]:
    values = answered_values(header.details)
    return mask_columns(header.label, values, output) if values else header.answer_columns(output)


def _answer_values(header: FeatureSchemaHeader) -> Mapping[str, Any]:
    if not answered_values(header.details):
        return {}
    png = {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}
    return {header.label: png}


def _evaluation_problem(header: FeatureSchemaHeader) -> str | None:
    if answered_values(header.details):
        return "Its answers are masks, which training alone compares with others."
    return None


PREDICTOR_TYPE = PredictorType(
    predictor_class=MultiModalCloudPredictor,
    endpoint_class=MultiModalEndpoint,
    label_argument="label",
    evaluate=evaluate,
    answer_columns=_answer_columns,
    answer_values=_answer_values,
    evaluation_problem=_evaluation_problem,
    example_request=_example_request,
)
