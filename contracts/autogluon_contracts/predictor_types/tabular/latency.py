"""Check the fit arguments of a predictor that is trained for latency."""

from collections.abc import Mapping
from typing import Any

from autogluon_contracts.defaults import LATENCY

_KEEPING_ONE = "optimize_for_deployment"


def latency_problem(fit_args: Mapping[str, Any]) -> str | None:
    """Return why `optimize_for: latency` cannot work with these fit arguments; None: it can.

    It chooses among the trained models, so they must not be deleted before.
    """
    keeps_one = fit_args.get("keep_only_best")
    if keeps_one is True:
        return _sentence("fit_args.keep_only_best true")
    presets = fit_args.get("presets") or []
    named = [presets] if isinstance(presets, str) else presets
    if keeps_one is None and isinstance(named, list) and _KEEPING_ONE in named:
        return _sentence(f"fit_args.presets '{_KEEPING_ONE}'")
    return None


def _sentence(culprit: str) -> str:
    return (
        f"serving.optimize_for: got '{LATENCY}' with {culprit}, which deletes the models that it "
        "chooses from; allowed: one of the two (only what the chosen model needs is deployed "
        "either way)"
    )
