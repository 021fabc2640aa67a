"""Point AutoGluon's pretrained models at the job's mirrored weights."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from autogluon.timeseries.configs import get_hyperparameter_presets, get_predictor_presets

from autogluon_contracts.predictor_types.timeseries.names import DEFAULT_CHECKPOINTS, MODEL_ALIASES
from autogluon_contracts.predictor_types.timeseries.weights import checkpoint_of, entries_of
from autogluon_jobs.weights.mounted import VerifiedWeights

_DEFAULT = "default"


def with_local_checkpoints(fit_args: Mapping[str, Any], weights: VerifiedWeights) -> dict[str, Any]:
    """Return the arguments of `fit` with each checkpoint by its path.

    Names of presets and portfolios become the models that they stand for, because AutoGluon would
    look for those models' weights on the hub. What else a preset says still holds.

    Raises:
        InputError: a checkpoint that the job does not have.
    """
    if not weights.sets:
        return dict(fit_args)
    excluded = {
        MODEL_ALIASES.get(name, name) for name in fit_args.get("excluded_model_types") or ()
    }
    models = copy.deepcopy(_models(fit_args))
    for model, value in models.items():
        known = MODEL_ALIASES.get(model, model)
        if known in DEFAULT_CHECKPOINTS and known not in excluded:
            entries = [
                {**entry, "model_path": str(weights.folder_of(checkpoint_of(model, entry)))}
                for entry in entries_of(value)
            ]
            models[model] = entries if isinstance(value, list) else entries[0]
    return {**fit_args, "hyperparameters": models}


def _models(fit_args: Mapping[str, Any]) -> dict[str, Any]:
    """Return model -> hyperparameters; as in AutoGluon, the argument replaces the preset's."""
    given, preset = fit_args.get("hyperparameters"), fit_args.get("presets")
    if given is None and preset is not None:
        given = get_predictor_presets()[preset].get("hyperparameters")
    if given is None or isinstance(given, str):
        given = get_hyperparameter_presets()[given or _DEFAULT]
    return dict(given)
