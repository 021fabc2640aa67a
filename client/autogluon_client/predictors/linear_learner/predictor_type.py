"""Register the type of SageMaker's built-in Linear Learner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_client.predictors.linear_learner.endpoint import LinearLearnerEndpoint
from autogluon_client.predictors.linear_learner.predictor import LinearLearnerCloudPredictor
from autogluon_client.predictors.predictor_types import PredictorType
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader


def _answer_columns(
    header: FeatureSchemaHeader,
    output: str,  # noqa: ARG001 - every answer has all
) -> Sequence[str]:
    columns: Sequence[str] = (header.details or {}).get("answers", [header.label])
    return columns


def _answer_values(header: FeatureSchemaHeader) -> Mapping[str, Any]:
    """Return that the score of several classes is a list, a number for each."""
    if header.problem_type != "multiclass":
        return {}
    return {"score": {"type": "array", "items": {"type": "number"}}}


PREDICTOR_TYPE = PredictorType(
    predictor_class=LinearLearnerCloudPredictor,
    endpoint_class=LinearLearnerEndpoint,
    label_argument="label",
    answer_columns=_answer_columns,
    answer_values=_answer_values,
)
