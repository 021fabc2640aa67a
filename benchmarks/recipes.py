"""What benchmarks train: what people train, and each family alone.

Each recipe fixes AutoGluon's fit arguments and the models that have to come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.data_sets import DIGITS, HOUSING, INCOME, QUANTILES, TEXTS, WIDE, DataSet

_FOREST = {"n_estimators": 100, "min_samples_leaf": 5}
_MEMBERS = {"GBM": {}, "XT": _FOREST}
_PRESET_SECONDS = 900


@dataclass(frozen=True)
class Recipe:
    """One model: its name in the results, AutoGluon's fit arguments, what must come out.

    `members` are patterns of models that have to take part in the answer: an ensemble that gives
    all its weight to one of them would be measured under a wrong name. By accuracy both members of
    the ensemble get weight; by roc_auc one gets it all. `eval_metric` is AutoGluon's, None for its
    default.
    """

    name: str
    title: str
    fit_args: dict[str, Any]
    members: tuple[str, ...]
    data: DataSet = INCOME
    eval_metric: str | None = "accuracy"
    quick: bool = False  # measured by `make bench`; all others by `make bench-all`
    served: bool = True  # otherwise only the artifact is measured
    bare_trees: bool = False  # its trees alone are a limit
    bulk_rows: int = 0  # for the bulk engine, so that its start hardly counts
    memory_rows: int = 1_000_000  # through the bulk engine once, to see what they take


def _alone(key: str, name: str, title: str, **settings: Any) -> Recipe:
    """One family without an ensemble around it."""
    fit_args = {"hyperparameters": {key: settings}, "fit_weighted_ensemble": False}
    return Recipe(title.lower().replace(" ", "-"), f"{title} alone", fit_args, (name,))


def _preset(name: str, members: tuple[str, ...]) -> Recipe:
    """A preset, of which `time_limit` decides how many models it trains."""
    fit_args = {"presets": name, "time_limit": _PRESET_SECONDS, "dynamic_stacking": False}
    return Recipe(name.replace("_", "-"), f"preset `{name}`", fit_args, members)


RECIPES = (
    Recipe(
        "ensemble",
        "LightGBM + ExtraTrees",
        {"hyperparameters": _MEMBERS},
        ("LightGBM", "ExtraTrees"),
        quick=True,
        bare_trees=True,
        bulk_rows=4_000_000,
    ),
    Recipe(
        "stack",
        "3-fold stack of both",
        {
            "hyperparameters": _MEMBERS,
            "num_bag_folds": 3,
            "num_stack_levels": 1,
            "dynamic_stacking": False,
        },
        ("LightGBM_BAG_L1", "ExtraTrees_BAG_L1"),
        quick=True,
        bare_trees=True,
        bulk_rows=1_600_000,
        memory_rows=400_000,
    ),
    Recipe(
        "lightgbm",
        "LightGBM alone",
        {"hyperparameters": {"GBM": {}}, "fit_weighted_ensemble": False},
        ("LightGBM",),
        quick=True,
        bare_trees=True,
        bulk_rows=10_000_000,
        memory_rows=20_000_000,
    ),
    Recipe(
        "unused-members",
        "members without weight",
        {"hyperparameters": {**_MEMBERS, "RF": _FOREST}},
        ("LightGBM",),
        eval_metric="roc_auc",
        quick=True,
        served=False,
    ),
    Recipe(
        "network",
        "XGBoost + network",
        {"hyperparameters": {"XGB": {}, "NN_TORCH": {"num_epochs": 10}}},
        ("XGBoost", "NeuralNetTorch"),
        eval_metric="log_loss",
        quick=True,
    ),
    Recipe(
        "default",
        "AutoGluon's default",
        {"time_limit": _PRESET_SECONDS},
        ("LightGBM*",),
        eval_metric="roc_auc",
    ),
    _preset("good_quality", ("*_BAG_L1_FULL",)),
    _preset("high_quality", ("*_BAG_L1_FULL",)),
    _preset("best_quality", ("*_BAG_L1",)),
    _alone("CAT", "CatBoost", "CatBoost"),
    _alone("XGB", "XGBoost", "XGBoost"),
    _alone("RF", "RandomForest", "Random forest", **_FOREST),
    _alone("XT", "ExtraTrees", "Extra trees", **_FOREST),
    _alone("LR", "LinearModel", "Linear model"),
    _alone("KNN", "KNeighbors", "Nearest neighbours"),
    _alone("NN_TORCH", "NeuralNetTorch", "Torch network", num_epochs=10),
    _alone("FASTAI", "NeuralNetFastAI", "Fastai network", epochs=5),
    Recipe(
        "ten-classes",
        "10 classes",
        {"hyperparameters": _MEMBERS},
        ("ExtraTrees",),
        DIGITS,
        "log_loss",
    ),
    Recipe(
        "regression",
        "regression",
        {"hyperparameters": _MEMBERS},
        ("LightGBM", "ExtraTrees"),
        HOUSING,
        None,
    ),
    Recipe(
        "quantile",
        "3 quantiles",
        {"hyperparameters": {"GBM": {}, "CAT": {}}, "fit_weighted_ensemble": True},
        ("CatBoost",),
        QUANTILES,
        None,
    ),
    Recipe(
        "wide",
        "500 columns",
        {"hyperparameters": _MEMBERS},
        ("LightGBM",),
        WIDE,
        "log_loss",
    ),
    Recipe("texts", "a text column", {"hyperparameters": {"GBM": {}}}, ("LightGBM",), TEXTS),
)


def chosen(names: Sequence[str], *, every: bool) -> list[Recipe]:
    """The recipes of these names; without names the quick ones, or all."""
    if names:
        return [recipe for recipe in RECIPES if recipe.name in names]
    return [recipe for recipe in RECIPES if every or recipe.quick]
