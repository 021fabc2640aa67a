"""The presets that bag are those of the installed AutoGluon."""

from autogluon.tabular.configs.presets_configs import tabular_presets_alias, tabular_presets_dict

from autogluon_contracts.predictor_types.tabular.distributed import BAGGED_PRESETS
from autogluon_contracts.predictor_types.tabular.names import PRESETS


def test_the_presets_that_bag_are_known() -> None:
    presets = {
        name: tabular_presets_dict[tabular_presets_alias.get(name, name)] for name in PRESETS
    }

    bagged = {
        name for name, args in presets.items()
        if args.get("auto_stack") or args.get("num_bag_folds", 0) > 1
    }  # fmt: skip

    assert bagged == BAGGED_PRESETS
