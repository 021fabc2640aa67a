"""Train, serve and predict by SageMaker's built-in XGBoost."""

from __future__ import annotations

from typing import Any

from autogluon_client.errors import NotSupportedError
from autogluon_client.predictors.tabular.predictor import TabularCloudPredictor
from autogluon_client.predictors.xgboost.endpoint import XGBoostEndpoint


class XGBoostCloudPredictor(TabularCloudPredictor):
    """Trains, serves and predicts tables by XGBoost; its arguments are `PredictorContext`'s.

    Data is given as to `TabularCloudPredictor`, and all its cells are numbers;
    `predictor_fit_args` are the algorithm's hyperparameters.
    """

    predictor_type = "xgboost"
    local_class = ""  # AutoGluon has none for it
    endpoint_class = XGBoostEndpoint

    def to_local_predictor(self, *_: Any, **__: Any) -> Any:
        """Refuse: XGBoost itself loads the model.

        Raises:
            NotSupportedError: always.
        """
        raise NotSupportedError(
            "A model of the built-in XGBoost has no AutoGluon predictor to load it.",
            argument="to_local_predictor",
            advice="Download it with download_predictor(), and load its file xgboost-model by "
            "xgboost.Booster(model_file=...).",
        )
