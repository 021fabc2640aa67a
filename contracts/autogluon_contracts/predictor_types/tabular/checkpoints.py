"""Check the fit arguments of a predictor whose jobs keep finished models."""

from collections.abc import Mapping
from typing import Any


def checkpoint_problem(fit_args: Mapping[str, Any]) -> str | None:
    """Return why jobs with these arguments cannot keep finished models; None: they can."""
    if fit_args.get("fit_strategy") != "parallel":
        return None
    return (
        "fit_args.fit_strategy 'parallel', with which AutoGluon does not tell when a model is "
        "finished; leave one of the two out"
    )
