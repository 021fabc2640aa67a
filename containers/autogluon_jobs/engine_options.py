"""The inference arguments that a request may carry, checked against what the predictor has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_jobs.errors import InputError
from autogluon_jobs.names import hint, listed


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
            f"A decision_threshold is for binary classification; this is {problem_type}."
        )
    model = options.get("model")
    if model is not None and model not in models:
        raise InputError(
            f'There is no model "{model}" in this artifact{hint(str(model), models)}; it has '
            f"{listed(models)}."
        )
