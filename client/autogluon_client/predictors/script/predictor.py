"""Train, serve and predict with a person's own script or image on SageMaker."""

from __future__ import annotations

from autogluon_client.predictors.script.endpoint import ScriptEndpoint
from autogluon_client.predictors.tabular.predictor import TabularCloudPredictor


class ScriptCloudPredictor(TabularCloudPredictor):
    """Trains, serves and predicts tables by a script; its arguments are `PredictorContext`'s.

    Data is given as to `TabularCloudPredictor`; `predictor_fit_args` are the script's
    hyperparameters.
    """

    predictor_type = "script"
    endpoint_class = ScriptEndpoint
