"""Find the columns that AutoGluon reads but does not learn from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.messages.errors import InputError


def non_features(init_args: Mapping[str, Any], columns: list[str]) -> tuple[str, ...]:
    """Return the columns that are not features: weights, groups, ignored columns.

    Raises:
        InputError: an argument names a column that the training data does not have.
    """
    ignored = (init_args.get("learner_kwargs") or {}).get("ignored_columns") or []
    named = [*ignored]
    if init_args.get("sample_weight") not in (None, "auto_weight", "balance_weight"):
        named.append(init_args["sample_weight"])
    if init_args.get("groups") is not None:
        named.append(init_args["groups"])
    known = set(columns)
    for name in named:
        if name not in known:
            raise InputError(
                f'Column "{name}" of init_args not found in the training data'
                f"{did_you_mean(name, columns)}."
            )
    return tuple(named)
