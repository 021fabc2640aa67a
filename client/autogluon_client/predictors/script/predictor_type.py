"""Register the script type."""

from __future__ import annotations

from collections.abc import Sequence

from autogluon_client.predictors.predictor_types import PredictorType
from autogluon_client.predictors.script.endpoint import ScriptEndpoint
from autogluon_client.predictors.script.predictor import ScriptCloudPredictor
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader


def _answer_columns(header: FeatureSchemaHeader, output: str) -> Sequence[str]:
    columns: Sequence[str] = (header.details or {}).get("answers", [header.label])
    return columns if output == "both" else columns[:1]


PREDICTOR_TYPE = PredictorType(
    predictor_class=ScriptCloudPredictor,
    endpoint_class=ScriptEndpoint,
    label_argument="label",
    answer_columns=_answer_columns,
)
