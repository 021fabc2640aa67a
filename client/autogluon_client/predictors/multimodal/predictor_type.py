"""Register the multimodal type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autogluon_client.endpoint.input_schema import example_request
from autogluon_client.errors import NotSupportedError
from autogluon_client.predictors.multimodal.endpoint import MultiModalEndpoint
from autogluon_client.predictors.multimodal.predictor import MultiModalCloudPredictor
from autogluon_client.predictors.predictor_types import Evaluation, PredictorType
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


def _evaluate(
    header: FeatureSchemaHeader, labels: Any, answers: Any, eval_metric: str | None
) -> Evaluation:
    """Compare answers with labels.

    Raises:
        NotSupportedError: the model answers masks, which its training run alone compares.
    """
    if answered_values(header.details):
        raise NotSupportedError(
            "evaluate: masks are compared in training only.",
            argument="data",
            advice="Give the run test data; agcdk show prints its metrics.",
        )
    return evaluate(header, labels, answers, eval_metric)


PREDICTOR_TYPE = PredictorType(
    predictor_class=MultiModalCloudPredictor,
    endpoint_class=MultiModalEndpoint,
    label_argument="label",
    evaluate=_evaluate,
    answer_columns=_answer_columns,
    example_request=_example_request,
)
