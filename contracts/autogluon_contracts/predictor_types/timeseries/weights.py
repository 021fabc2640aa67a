"""Refuse models whose pretrained weights a job would have to download."""

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.predictor_types.timeseries.names import (
    PORTFOLIOS,
    PRESETS,
    PRETRAINED_ONLY,
    WEIGHTS_NEEDED,
)
from autogluon_contracts.wording import listed

_EXAMPLE = "{SeasonalNaive: {}, ETS: {}, Theta: {}, RecursiveTabular: {}}"
_DEFAULT = "default"
_ALIASES = {"Chronos-2": "Chronos2"}


def weights_problem(fit_args: Mapping[str, Any]) -> str | None:
    """Return why a run with these valid arguments needs pretrained weights; None: it does not."""
    argument, name, models = _asked(fit_args)
    excluded = {_ALIASES.get(model, model) for model in fit_args.get("excluded_model_types") or ()}
    needed = [model for model in models if _ALIASES.get(model, model) not in excluded]
    if not needed:
        return None
    mixed = name is not None and name not in PRETRAINED_ONLY
    got = "the object" if name is None else f"'{name}'"
    exclude = f"set excluded_model_types: [{', '.join(models)}], or " if mixed else ""
    return (
        f"fit_args.{argument}: {got} has {listed(needed)}, whose "
        "pretrained weights a job without network access cannot download; "
        f"{exclude}name other models in hyperparameters, such as {_EXAMPLE}"
    )


def _asked(fit_args: Mapping[str, Any]) -> tuple[str, str | None, Sequence[str]]:
    """Return what decides about the models: argument, name in it, and models that need weights.

    As in AutoGluon, `hyperparameters` replace those of a preset.
    """
    models, preset = fit_args.get("hyperparameters"), fit_args.get("presets")
    if models is None and preset is not None:
        return "presets", preset, PRESETS[preset]
    if models is None or isinstance(models, str):
        return "hyperparameters", models or _DEFAULT, PORTFOLIOS[models or _DEFAULT]
    return "hyperparameters", None, [model for model in models if model in WEIGHTS_NEEDED]
