"""Say how a fine-tuned multimodal model is trained further: `fit` goes on from its weights.

Source: `autogluon.multimodal.learners.base.BaseLearner` 1.6.3, whose `fit` takes network, column
types, label and preprocessing of a loaded model as they are, and ignores `presets`.
"""

from __future__ import annotations

from collections.abc import Mapping

from autogluon_contracts.predictor_types.further_training import Method
from autogluon_contracts.predictor_types.multimodal.arguments import FIT_ARGS
from autogluon_contracts.predictor_types.multimodal.names import HYPERPARAMETERS, PROBLEM_TYPES
from autogluon_contracts.rules import Rule, nullable, refused

FIT = "fit"

_OF_THE_MODEL = "a model that is trained further keeps its own; leave it out, or train it anew"
_OF_TRAINING = ("optim.", "env.")
"""What `hyperparameters` may change: how it is trained, not what it is or takes."""
_PEFT = "optim.peft"  # adds weights to the network


def _hyperparameters(path: str, value: object) -> list[str]:
    if not isinstance(value, dict):
        return []
    kept = [
        f"{path}.{key}: {_OF_THE_MODEL}"
        for key in value
        if key in HYPERPARAMETERS and (not key.startswith(_OF_TRAINING) or key == _PEFT)
    ]
    return kept or FIT_ARGS["hyperparameters"].problems(path, value)


METHODS: Mapping[str, Method] = {
    FIT: Method(
        fit_args={
            **{name: FIT_ARGS[name] for name in ("time_limit", "holdout_frac", "seed")},
            "hyperparameters": nullable(
                Rule(
                    "an object of dotted names to values, such as {optim.max_epochs: 5}",
                    lambda value: isinstance(value, dict),
                    _hyperparameters,
                )
            ),
            "column_types": refused(_OF_THE_MODEL),
            "presets": refused(_OF_THE_MODEL),
        },
        needs_kept_data=False,
        takes_tuning_data=True,
        has_own_weights=True,
        problem_types=PROBLEM_TYPES,
    )
}
