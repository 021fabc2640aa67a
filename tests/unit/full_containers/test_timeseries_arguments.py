"""What the contracts say of time series' arguments is what the installed AutoGluon says."""

from __future__ import annotations

from pathlib import Path

import pytest
from autogluon.timeseries.configs.predictor_presets import get_predictor_presets
from autogluon.timeseries.models import ModelRegistry
from autogluon.timeseries.models.ensemble import get_ensemble_class
from autogluon.timeseries.trainer.model_set_builder import TrainableModelSetBuilder
from pandas.tseries.frequencies import to_offset

from autogluon_contracts.predictor_types.timeseries.arguments import check_init_args
from autogluon_contracts.predictor_types.timeseries.combinations import (
    AUTOMATIC_WINDOWS,
    WITHOUT_SELECTION,
)
from autogluon_contracts.predictor_types.timeseries.hyperparameters import HYPERPARAMETERS, NAMING
from autogluon_contracts.predictor_types.timeseries.names import (
    ENSEMBLES,
    FREQUENCIES,
    MODEL_ALIASES,
    MODELS,
)


@pytest.mark.parametrize("name", [name for name in MODELS if name not in MODEL_ALIASES])
def test_hyperparameters_are_those_that_the_class_lists(tmp_path: Path, name: str) -> None:
    kind = ModelRegistry.get_model_class(name)
    listed = set(kind(freq="D", prediction_length=2, path=str(tmp_path)).allowed_hyperparameters)
    if name in HYPERPARAMETERS:
        assert set(HYPERPARAMETERS[name]) == listed
    else:
        # Networks of GluonTS list what any model has, and not their own.
        assert listed == {"target_scaler", "covariate_regressor", "covariate_scaler"}


def test_keys_that_name_a_model_are_autogluons() -> None:
    assert set(NAMING) == TrainableModelSetBuilder.VALID_AG_ARGS_KEYS


def test_presets_without_selection_or_with_automatic_windows_are_known() -> None:
    presets = get_predictor_presets()
    assert {
        name for name, args in presets.items() if args.get("skip_model_selection")
    } == WITHOUT_SELECTION
    assert {
        name for name, args in presets.items() if args.get("num_val_windows") == "auto"
    } == AUTOMATIC_WINDOWS
    assert all(args.get("num_val_windows", "auto") == "auto" for args in presets.values())


@pytest.mark.parametrize("name", ENSEMBLES)
def test_ensembles_are_autogluons(name: str) -> None:
    assert get_ensemble_class(name).__name__.removesuffix("Ensemble")


@pytest.mark.filterwarnings("ignore:.* is deprecated:FutureWarning")
@pytest.mark.parametrize("alias", FREQUENCIES)
def test_anchors_are_those_of_pandas(alias: str) -> None:
    for anchor in ("", "-MON", "-SUN", "-JAN", "-DEC", "-FOO"):
        try:
            to_offset(alias + anchor)
            accepted = True
        except ValueError:
            accepted = False
        assert (check_init_args({"freq": alias + anchor}) == []) == accepted, alias + anchor
