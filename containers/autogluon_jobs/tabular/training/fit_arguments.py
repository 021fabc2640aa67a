"""Check the user's `init_args` and `fit_args` by the table that settings and planners use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autogluon_contracts.predictor_types.tabular.arguments import check_fit_args, check_init_args
from autogluon_jobs.messages.errors import InputError


def check_arguments(init_args: Mapping[str, Any], fit_args: Mapping[str, Any]) -> None:
    """Refuse arguments that a job cannot honour; a planner has refused them before.

    Raises:
        InputError: naming every wrong argument.
    """
    problems = [*check_init_args(dict(init_args)), *check_fit_args(dict(fit_args))]
    if problems:
        raise InputError("; ".join(problems) + ".")
