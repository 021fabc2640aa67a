"""Check the inference arguments of a request against what the predictor has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed, shown

INFERENCE_ARGUMENTS = ("model", "decision_threshold")


def inference_arguments(given: Any) -> dict[str, Any]:
    """Return the given inference arguments, as a predictor takes them.

    Raises:
        InputError: one that is not supported, or a value that no predictor takes.
    """
    if not isinstance(given, dict):
        raise InputError('"inference_kwargs" must be an object.')
    for name in given:
        if name not in INFERENCE_ARGUMENTS:
            raise InputError(
                f"Inference argument {shown(name)} is not supported"
                f"{did_you_mean(name, INFERENCE_ARGUMENTS)}.",
                advice=f"Supported: {listed(INFERENCE_ARGUMENTS)}.",
            )
    threshold = given.get("decision_threshold")
    if threshold is not None and (
        isinstance(threshold, bool)
        or not isinstance(threshold, (int, float))
        or not 0 <= threshold <= 1
    ):
        raise InputError(f'"decision_threshold" is {shown(threshold)}; it must be between 0 and 1.')
    if not isinstance(given.get("model"), (str, type(None))):
        raise InputError(f'"model" is {shown(given["model"])}; it must be the name of a model.')
    return {name: value for name, value in given.items() if value is not None}


def check_options(options: Mapping[str, Any], problem_type: str, models: Sequence[str]) -> None:
    """Refuse an option that this predictor does not have.

    Args:
        options: `model` and `decision_threshold`, where given.
        problem_type: the predictor's.
        models: those of its models that can predict.

    Raises:
        InputError: naming the option and what there is.
    """
    if "decision_threshold" in options and problem_type != "binary":
        raise InputError(
            f"decision_threshold is for binary classification; this predictor's problem type is "
            f"{problem_type}.",
            advice="Leave it out.",
        )
    model = options.get("model")
    if model is not None and model not in models:
        raise InputError(
            f'Model "{model}" not found in this artifact{did_you_mean(model, models)}.',
            advice=f"It has {listed(models)}.",
        )
