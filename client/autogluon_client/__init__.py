"""Drive a deployed environment from Python: fit, deploy, predict, attach again by name.

Names are imported when they are used, so that importing one module does not import all.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autogluon_client.endpoint.any_endpoint import AnyEndpoint
    from autogluon_client.environment.deployment import Deployment
    from autogluon_client.errors import AutoGluonClientError, ExecutionFailedError
    from autogluon_client.predictors.cloud_predictor import CloudPredictor
    from autogluon_client.predictors.linear_learner.endpoint import LinearLearnerEndpoint
    from autogluon_client.predictors.linear_learner.predictor import LinearLearnerCloudPredictor
    from autogluon_client.predictors.multimodal.endpoint import MultiModalEndpoint
    from autogluon_client.predictors.multimodal.predictor import MultiModalCloudPredictor
    from autogluon_client.predictors.script.endpoint import ScriptEndpoint
    from autogluon_client.predictors.script.predictor import ScriptCloudPredictor
    from autogluon_client.predictors.tabular.endpoint import TabularEndpoint
    from autogluon_client.predictors.tabular.predictor import TabularCloudPredictor
    from autogluon_client.predictors.timeseries.endpoint import TimeSeriesEndpoint
    from autogluon_client.predictors.timeseries.predictor import TimeSeriesCloudPredictor
    from autogluon_client.predictors.xgboost.endpoint import XGBoostEndpoint
    from autogluon_client.predictors.xgboost.predictor import XGBoostCloudPredictor
    from autogluon_client.workflows.any_model import AnyModel

__all__ = [
    "AnyEndpoint",
    "AnyModel",
    "AutoGluonClientError",
    "CloudPredictor",
    "Deployment",
    "ExecutionFailedError",
    "LinearLearnerCloudPredictor",
    "LinearLearnerEndpoint",
    "MultiModalCloudPredictor",
    "MultiModalEndpoint",
    "ScriptCloudPredictor",
    "ScriptEndpoint",
    "TabularCloudPredictor",
    "TabularEndpoint",
    "TimeSeriesCloudPredictor",
    "TimeSeriesEndpoint",
    "XGBoostCloudPredictor",
    "XGBoostEndpoint",
]

_HOMES = {
    "AnyEndpoint": "endpoint.any_endpoint",
    "AnyModel": "workflows.any_model",
    "AutoGluonClientError": "errors",
    "CloudPredictor": "predictors.cloud_predictor",
    "Deployment": "environment.deployment",
    "ExecutionFailedError": "errors",
    "LinearLearnerCloudPredictor": "predictors.linear_learner.predictor",
    "LinearLearnerEndpoint": "predictors.linear_learner.endpoint",
    "MultiModalCloudPredictor": "predictors.multimodal.predictor",
    "MultiModalEndpoint": "predictors.multimodal.endpoint",
    "ScriptCloudPredictor": "predictors.script.predictor",
    "ScriptEndpoint": "predictors.script.endpoint",
    "TabularCloudPredictor": "predictors.tabular.predictor",
    "TabularEndpoint": "predictors.tabular.endpoint",
    "TimeSeriesCloudPredictor": "predictors.timeseries.predictor",
    "TimeSeriesEndpoint": "predictors.timeseries.endpoint",
    "XGBoostCloudPredictor": "predictors.xgboost.predictor",
    "XGBoostEndpoint": "predictors.xgboost.endpoint",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
