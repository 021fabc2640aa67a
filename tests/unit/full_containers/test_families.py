"""The families, portfolios and presets that the contracts list are those of the image."""

from __future__ import annotations

from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path

import pytest
from autogluon.tabular.configs.hyperparameter_configs import hyperparameter_config_dict
from autogluon.tabular.configs.presets_configs import tabular_presets_alias, tabular_presets_dict
from autogluon.tabular.registry import ag_model_registry
from packaging.requirements import Requirement

from autogluon_contracts.predictor_types.tabular.families import (
    BY_ROWS,
    FAMILIES,
    PORTFOLIOS,
    PRESETS,
)

EVERY_PRESET = {
    **tabular_presets_dict,
    **{alias: tabular_presets_dict[name] for alias, name in tabular_presets_alias.items()},
}


def test_the_families_are_those_of_the_registry() -> None:
    assert set(FAMILIES) == set(ag_model_registry.keys)


def test_the_portfolios_have_the_families_of_the_table() -> None:
    assert {
        name: tuple(models) for name, models in hyperparameter_config_dict.items()
    } == PORTFOLIOS


def test_the_presets_have_the_portfolios_of_the_table() -> None:
    by_rows = {
        name for name, args in EVERY_PRESET.items()
        if args.get("_experimental_dynamic_hyperparameters")
    }  # fmt: skip
    assert by_rows == BY_ROWS
    assert {
        # `TabularPredictor.fit` names the portfolio of those that choose by rows.
        name: "zeroshot_2025_tabfm" if name in by_rows else args.get("hyperparameters")
        for name, args in EVERY_PRESET.items()
    } == PRESETS


@pytest.mark.parametrize("name", FAMILIES)
def test_the_image_has_what_the_table_says(name: str) -> None:
    family = FAMILIES[name]
    if family.package is None:
        assert family.module is None or find_spec(family.module) is not None
        return
    assert family.module is not None
    assert find_spec(family.module) is None
    # AWS's image installs the extra `all`; the package is in another one.
    extras = {
        extra
        for requirement in map(Requirement, requires("autogluon.tabular") or ())
        if requirement.name == family.package and requirement.marker is not None
        for extra in ("all", "tests")
        if requirement.marker.evaluate({"extra": extra})
    }
    assert extras == {"tests"}


def test_families_that_download_weights_say_so_in_their_code() -> None:
    """A family of the image without weights has no call that would fetch any."""
    for name, family in FAMILIES.items():
        if family.package is not None or name in ("AG_AUTOMM", "AG_TEXT_NN", "AG_IMAGE_NN"):
            continue  # the package's own code, and that of `MultiModalPredictor`, download
        module = ag_model_registry.key_to_cls(name).__module__
        spec = find_spec(module)
        assert spec is not None
        assert spec.origin is not None
        folder = Path(spec.origin).parent
        files = [] if name == "FT_TRANSFORMER" else folder.rglob("*.py")
        fetches = any(
            word in file.read_text("utf-8")
            for file in files
            for word in ("from_pretrained(", "hf_hub_download(", "snapshot_download(")
        )
        assert fetches == (family.weights != "none"), name
