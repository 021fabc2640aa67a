"""The hyperparameters of the built-in XGBoost that SageMaker's tuning jobs take, and their types.

Sources, which agree name by name: SageMaker's developer guide, "Tune an XGBoost Model", the table
of tunable hyperparameters, and `tunable=True` in `algorithm_mode/hyperparameter_validation.py` of
aws/sagemaker-xgboost-container, branch 1.7-1. The guide has integers for `max_delta_step`, which
the container reads as any number. The bounds of a range are those of the hyperparameter itself;
the ranges of the guide are recommendations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autogluon_contracts.predictor_types.xgboost.hyperparameters import ALIASES
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed

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


def tuning_problems(
    types: Mapping[str, str], strategy: str, *, has_objective: bool
) -> Iterator[str]:
    """Yield a sentence for each thing of a search that the algorithm's trials cannot have.

    Args:
        types: the type of each range, by its path.
        strategy: how values are chosen.
        has_objective: whether trials are to be compared by a number of a person's own.
    """
    if has_objective:
        yield (
            "objective: given with type 'xgboost', whose trials are compared by the eval_metric of "
            "the tuning data; leave it out"
        )
    if strategy == "Grid":
        yield (
            "strategy: got 'Grid', which takes categories alone, and what can be tuned of type "
            "'xgboost' are numbers; allowed: 'Bayesian' or 'Random'"
        )
    names = [tuned_name(path) for path in types]
    for path, kind in types.items():
        name = tuned_name(path)
        if name not in TUNABLE:
            yield (
                f"ranges.{path}: SageMaker does not tune it; allowed: "
                f"{listed(list(TUNABLE), limit=20)}{did_you_mean(name, TUNABLE)}"
            )
        elif kind != TUNABLE[name]:
            yield f"ranges.{path}.type: got '{kind}'; allowed: '{TUNABLE[name]}'"
        elif names.count(name) > 1:
            yield f"ranges.{path}: {name} is tuned twice, by both of its names; tune one of them"
