"""Train, serve and predict with a person's own script or image on SageMaker."""

from __future__ import annotations

from typing import Any

from autogluon_client.errors import NotSupportedError
from autogluon_client.predictors.script.endpoint import ScriptEndpoint
from autogluon_client.predictors.tabular.predictor import TabularCloudPredictor


class ScriptCloudPredictor(TabularCloudPredictor):
    """Trains, serves and predicts tables by a script; its arguments are `PredictorContext`'s.

    Data is given as to `TabularCloudPredictor`; `predictor_fit_args` are the script's
    hyperparameters.
    """

    predictor_type = "script"
    local_class = ""  # AutoGluon has none for it
    endpoint_class = ScriptEndpoint

    def to_local_predictor(self, *_: Any, **__: Any) -> Any:
        """Refuse: only the script knows how to load its model.

        Raises:
            NotSupportedError: always.
        """
        raise NotSupportedError(
            "A script's model has no AutoGluon predictor to load it.",
            argument="to_local_predictor",
            advice="Download it with download_predictor(), and call model_fn of its serving "
            "script.",
        )
