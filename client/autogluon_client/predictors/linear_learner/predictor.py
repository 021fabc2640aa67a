"""Train, serve and predict by SageMaker's built-in Linear Learner."""

from __future__ import annotations

from typing import Any

from autogluon_client.errors import NotSupportedError
from autogluon_client.predictors.linear_learner.endpoint import LinearLearnerEndpoint
from autogluon_client.predictors.tabular.predictor import TabularCloudPredictor


class LinearLearnerCloudPredictor(TabularCloudPredictor):
    """Trains, serves and predicts tables by Linear Learner; its arguments are `PredictorContext`'s.

    Data is given as to `TabularCloudPredictor`, and all its cells are numbers;
    `predictor_fit_args` are the algorithm's hyperparameters.
    """

    predictor_type = "linear_learner"
    local_class = ""  # AutoGluon has none for it
    endpoint_class = LinearLearnerEndpoint

    def to_local_predictor(self, *_: Any, **__: Any) -> Any:
        """Refuse: MXNet itself loads the model.

        Raises:
            NotSupportedError: always.
        """
        raise NotSupportedError(
            "A model of the built-in Linear Learner has no AutoGluon predictor to load it.",
            argument="to_local_predictor",
            advice="Download it with download_predictor(); its file model_algo-1 is of MXNet.",
        )
