"""Register the type of SageMaker's built-in XGBoost."""

from __future__ import annotations

from collections.abc import Sequence

from autogluon_client.predictors.predictor_types import PredictorType
from autogluon_client.predictors.xgboost.endpoint import XGBoostEndpoint
from autogluon_client.predictors.xgboost.predictor import XGBoostCloudPredictor
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader


def _answer_columns(
    header: FeatureSchemaHeader,
    output: str,  # noqa: ARG001 - there is one
) -> Sequence[str]:
    columns: Sequence[str] = (header.details or {}).get("answers", [header.label])
    return columns


PREDICTOR_TYPE = PredictorType(
    predictor_class=XGBoostCloudPredictor,
    endpoint_class=XGBoostEndpoint,
    label_argument="label",
    answer_columns=_answer_columns,
)
