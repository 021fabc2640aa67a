"""Check the user's `init_args` and `fit_args`."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from autogluon.tabular import TabularPredictor

from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

# Set by the job itself, or not plain data that a JSON document can carry.
_RESERVED = {
    "init_args": {"path", "default_base_path", "log_to_file", "log_file_path", "learner_type",
                  "weight_evaluation"},
    "fit_args": {
        "train_data", "tuning_data", "test_data", "unlabeled_data", "pseudo_data", "callbacks",
        "feature_metadata", "feature_generator",
    },
}  # fmt: skip


def check_arguments(init_args: Mapping[str, Any], fit_args: Mapping[str, Any]) -> None:
    """Refuse arguments that a job cannot honour.

    Raises:
        InputError: no label, a reserved argument, an invalid `time_limit`.
    """
    _require_known(init_args)
    for where, given in (("init_args", init_args), ("fit_args", fit_args)):
        reserved = sorted(_RESERVED[where] & given.keys())
        if reserved:
            raise InputError(
                f"{where} cannot set {listed(reserved)}: the training job sets it or does not "
                f"use it.",
                advice="Leave it out.",
            )
    if not isinstance(init_args.get("label"), str):
        raise InputError('init_args lacks "label".', advice="Name the column to predict.")
    limit = fit_args.get("time_limit")
    positive = isinstance(limit, (int, float)) and not isinstance(limit, bool) and limit > 0
    if limit is not None and not positive:
        raise InputError(
            f"fit_args.time_limit is {limit!r}; it must be a number of seconds above 0."
        )


def _require_known(init_args: Mapping[str, Any]) -> None:
    parameters = inspect.signature(TabularPredictor.__init__).parameters
    known = {*parameters, "learner_kwargs", "quantile_levels"} - {"self", "kwargs"}
    for name in init_args:
        if name not in known | _RESERVED["init_args"]:
            raise InputError(
                f'init_args has the unknown argument "{name}"{did_you_mean(name, known)}.',
                advice=f"TabularPredictor takes {listed(sorted(known - _RESERVED['init_args']))}.",
            )
