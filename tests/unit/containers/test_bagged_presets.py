"""The presets that bag, or fit in parallel, are those of the installed AutoGluon."""

from typing import Any

from autogluon.tabular.configs.presets_configs import tabular_presets_alias, tabular_presets_dict

from autogluon_contracts.predictor_types.tabular.distributed import (
    BAGGED_PRESETS,
    PARALLEL_PRESETS,
)
from autogluon_contracts.predictor_types.tabular.names import PRESETS

ARGUMENTS: dict[str, dict[str, Any]] = {
    name: tabular_presets_dict[tabular_presets_alias.get(name, name)] for name in PRESETS
}


def test_the_presets_that_bag_are_known() -> None:
    bagged = {
        name for name, args in ARGUMENTS.items()
        if args.get("auto_stack") or args.get("num_bag_folds", 0) > 1
    }  # fmt: skip

    assert bagged == BAGGED_PRESETS


def test_the_presets_that_fit_in_parallel_are_known() -> None:
    parallel = {name for name, args in ARGUMENTS.items() if args.get("fit_strategy") == "parallel"}

    assert parallel == PARALLEL_PRESETS
