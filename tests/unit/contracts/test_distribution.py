"""Which fit arguments several instances share out, and which they are refused with."""

from typing import Any

import pytest

from autogluon_contracts.predictor_types.tabular.distributed import distribution_problem


@pytest.mark.parametrize(
    "fit_args",
    [
        {"num_bag_folds": 2},
        {"auto_stack": True},
        {"presets": "best_quality"},
        {"presets": ["medium", "good"], "ds_args": {"memory_safe_fits": False}},
        {"presets": "experimental_quality_v120", "fit_strategy": "sequential"},
        {"num_bag_folds": 8, "ag_args_ensemble": {"fold_fitting_strategy": "auto"}},
    ],
)
def test_bagged_fits_are_shared_out(fit_args: dict[str, Any]) -> None:
    assert distribution_problem(fit_args) is None


@pytest.mark.parametrize(
    ("fit_args", "part"),
    [
        ({}, "no bagging in fit_args"),
        ({"presets": "medium_quality"}, "no bagging in fit_args"),
        ({"presets": "best_quality", "num_bag_folds": 0}, "fit_args.num_bag_folds 0"),
        ({"presets": "best_quality", "auto_stack": False}, "fit_args.auto_stack false"),
        (
            {"num_bag_folds": 2, "hyperparameter_tune_kwargs": "auto"},
            "fit_args.hyperparameter_tune_kwargs, whose trials",
        ),
        ({"num_bag_folds": 2, "fit_strategy": "parallel"}, "fit_args.fit_strategy 'parallel'"),
        ({"presets": "experimental_quality_v120"}, "fit_args.fit_strategy 'parallel'"),
        (
            {"num_bag_folds": 2, "ag_args_ensemble": {"fold_fitting_strategy": "sequential_local"}},
            "ag_args_ensemble.fold_fitting_strategy 'sequential_local'",
        ),
        (
            {"presets": "best", "ds_args": {"memory_safe_fits": True}},
            "fit_args.ds_args.memory_safe_fits true",
        ),
    ],
)
def test_what_one_instance_does_alone_is_named(fit_args: dict[str, Any], part: str) -> None:
    assert part in str(distribution_problem(fit_args))
