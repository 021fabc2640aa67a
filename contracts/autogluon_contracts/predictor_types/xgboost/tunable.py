"""The hyperparameters of the built-in XGBoost that SageMaker's tuning jobs take, and their types.

Sources, which agree name by name: SageMaker's developer guide, "Tune an XGBoost Model", the table
of tunable hyperparameters, and `tunable=True` in `algorithm_mode/hyperparameter_validation.py` of
aws/sagemaker-xgboost-container, branch 1.7-1. The guide has integers for `max_delta_step`, which
the container reads as any number. The bounds of a range are those of the hyperparameter itself;
the ranges of the guide are recommendations.
"""

from __future__ import annotations

from collections.abc import Mapping

from autogluon_contracts.predictor_types.xgboost.hyperparameters import ALIASES

TUNABLE: Mapping[str, str] = {
    "alpha": "continuous",
    "colsample_bylevel": "continuous",
    "colsample_bynode": "continuous",
    "colsample_bytree": "continuous",
    "eta": "continuous",
    "gamma": "continuous",
    "lambda": "continuous",
    "max_delta_step": "integer",
    "max_depth": "integer",
    "min_child_weight": "continuous",
    "num_round": "integer",
    "subsample": "continuous",
}
_ARGUMENTS = "fit_args."


def tuned_name(path: str) -> str:
    """Return the algorithm's name of a hyperparameter that a range names by its path.

    Example:
        >>> tuned_name("fit_args.learning_rate")
        'eta'
    """
    name = path.removeprefix(_ARGUMENTS)
    return ALIASES.get(name, name)
