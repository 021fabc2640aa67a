"""Point AutoGluon's Mitra at the job's mirrored weights."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from autogluon_contracts.models.known_weights import KNOWN_WEIGHTS, set_in
from autogluon_contracts.predictor_types.tabular.weights import (
    CHECKPOINT_KEYS,
    CLASSIFIER,
    MODEL,
    REGRESSOR,
    entries_of,
    portfolio_of,
)
from autogluon_jobs.weights.mounted import VerifiedWeights

_DEFAULTS = {CHECKPOINT_KEYS[0]: CLASSIFIER, CHECKPOINT_KEYS[1]: REGRESSOR}


def with_local_checkpoints(fit_args: Mapping[str, Any], weights: VerifiedWeights) -> dict[str, Any]:
    """Return the arguments of `fit` with Mitra's checkpoints by their paths.

    The name of a portfolio becomes the models that it stands for.

    Raises:
        InputError: a checkpoint that the job does not have.
    """
    portfolio = portfolio_of(fit_args)
    given = _portfolio(portfolio) if portfolio is not None else fit_args.get("hyperparameters")
    if not weights.sets or not isinstance(given, Mapping) or MODEL not in given:
        return dict(fit_args)
    models = dict(given)
    models[MODEL] = [_local(entry, weights) for entry in entries_of(given)]
    return {**fit_args, "hyperparameters": models}


def _local(entry: Mapping[str, Any], weights: VerifiedWeights) -> dict[str, Any]:
    # AutoGluon prefers what is given for the kind of problem.
    mirrored = {
        key: str(weights.folder_of(KNOWN_WEIGHTS[name].repository))
        for key, name in _DEFAULTS.items()
        if name in weights.sets and not set(CHECKPOINT_KEYS) & set(entry)
    }
    own = {
        key: str(weights.folder_of(entry[key]))
        for key in CHECKPOINT_KEYS
        if set_in(entry.get(key)) is not None
    }
    return {**entry, **mirrored, **own}


def _portfolio(name: str) -> dict[str, Any]:
    from autogluon.tabular.configs.hyperparameter_configs import get_hyperparameter_config

    return copy.deepcopy(get_hyperparameter_config(name))
