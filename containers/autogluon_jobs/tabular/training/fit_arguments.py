"""Check the user's `init_args` and `fit_args` by the table that settings and planners use."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from autogluon_contracts.predictor_types.tabular.arguments import check_fit_args, check_init_args
from autogluon_contracts.predictor_types.tabular.families import FAMILIES, chosen_families
from autogluon_jobs.messages.errors import InputError


def check_arguments(init_args: Mapping[str, Any], fit_args: Mapping[str, Any]) -> None:
    """Refuse arguments that a job cannot honour; a planner has refused them before.

    Raises:
        InputError: naming every wrong argument.
    """
    problems = [*check_init_args(dict(init_args)), *check_fit_args(dict(fit_args))]
    if problems:
        raise InputError("; ".join(problems) + ".")


def require_modules(fit_args: Mapping[str, Any]) -> None:
    """Refuse models that are named and need what is not installed; AutoGluon would leave them out.

    Those of a preset or a portfolio are left out: the run lists them.

    Raises:
        InputError: naming the first model, and its module as Python does.
    """
    chosen = chosen_families(fit_args)
    if chosen.portfolio is not None:
        return
    for name in chosen.names:
        family = FAMILIES.get(name)
        if family is not None and family.module is not None and not _is_installed(family.module):
            raise InputError(
                f"fit_args.hyperparameters.{name}: AutoGluon would leave this model out, as it "
                f"needs a module that is missing here: No module named '{family.module}'."
            )


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that it is in
        return False
