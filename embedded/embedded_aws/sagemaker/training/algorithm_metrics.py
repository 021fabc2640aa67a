"""Give jobs of SageMaker's built-in XGBoost the metric definitions that SageMaker has for it.

The names are those of `constants/xgb_constants.py` of aws/sagemaker-xgboost-container; the
expression is the one that DescribeTrainingJob shows for them.
"""

from __future__ import annotations

from typing import Any

from embedded_aws.sagemaker.container.images import is_algorithm
from embedded_aws.sagemaker.errors import invalid

_NAMES = (
    "accuracy", "auc", "aucpr", "balanced_accuracy", "error", "f1", "f1_binary", "f1_macro",
    "gamma-deviance", "gamma-nloglik", "logloss", "mae", "map", "mape", "merror", "mlogloss",
    "mphe", "mse", "ndcg", "poisson-nloglik", "precision", "precision_macro", "precision_micro",
    "r2", "recall", "recall_macro", "recall_micro", "rmse", "rmsle", "tweedie-nloglik",
)  # fmt: skip
_NUMBER = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"


def with_algorithm_metrics(request: dict[str, Any]) -> dict[str, Any]:
    """Return a CreateTrainingJob request with the definitions of its algorithm, if it has one.

    Raises:
        ApiError: the request defines metrics of an algorithm, as SageMaker refuses.
    """
    algorithm = request.get("AlgorithmSpecification") or {}
    runs_script = "sagemaker_program" in (request.get("HyperParameters") or {})
    if runs_script or not is_algorithm(algorithm.get("TrainingImage") or ""):
        return request
    if algorithm.get("MetricDefinitions"):
        raise invalid(
            "You can't override the metric definitions for Amazon SageMaker algorithms. Please "
            "retry your request without specifying metric definitions."
        )
    definitions = [
        {
            "Name": f"{data}:{name}",
            "Regex": rf".*\[[0-9]+\].*#011{data}-{name}:{_NUMBER}.*",
        }
        for data in ("train", "validation")
        for name in _NAMES
    ]
    return {
        **request,
        "AlgorithmSpecification": {**algorithm, "MetricDefinitions": definitions},
    }
