"""List the families of models of TabularPredictor 1.6, and what AutoGluon's image has for each.

Source: `autogluon.tabular.registry`, `configs/presets_configs.py`,
`configs/hyperparameter_configs.py` and the models' modules of AutoGluon 1.6.3; the extra `all` of
its package, which AWS's image installs (aws/deep-learning-containers, docker/autogluon/Dockerfile).
`tests/unit/full_containers/test_families.py` compares these tables with what is installed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Family:
    """What a family of models needs besides AutoGluon.

    Attributes:
        package: what it needs and AutoGluon's image lacks; None: the image has all of it.
        module: what its fit imports besides `autogluon.tabular` and scikit-learn.
        weights: whether a fit downloads pretrained weights: never, unless a mirrored set is
            named, or always.
    """

    package: str | None = None
    module: str | None = None
    weights: Literal["none", "mirrored", "downloaded"] = "none"


_BY_ITSELF = Family()
_TORCH = Family(module="torch")
_TABPFN = Family("tabpfn", "tabpfn", "downloaded")
_TABDPT = Family("tabdpt", "tabdpt", "downloaded")
_IMODELS = Family("imodels", "imodels")
_MULTIMODAL = Family(module="autogluon.multimodal", weights="downloaded")

FAMILIES: Mapping[str, Family] = {
    "GBM": Family(module="lightgbm"),
    "CAT": Family(module="catboost"),
    "XGB": Family(module="xgboost"),
    **dict.fromkeys(("RF", "XT", "KNN", "LR"), _BY_ITSELF),
    "NN_TORCH": _TORCH,
    "FASTAI": Family(module="fastai"),
    "EBM": Family("interpret-core", "interpret"),
    "REALMLP": Family("pytabkit", "pytabkit"),
    "TABM": _TORCH,
    "GBM_PREP": Family(module="lightgbm"),
    "MITRA": Family(module="torch", weights="mirrored"),
    "TABICL": Family("tabicl", "tabicl", "downloaded"),
    "TABDPT": _TABDPT,
    "TABDPT-TURBO": _TABDPT,
    "NORI": Family("synthefy-nori", "synthefy_nori", "downloaded"),
    "TABPFNMIX": Family(module="torch", weights="downloaded"),
    **dict.fromkeys(("TABPFN-2.6", "TABPFN-3", "REALTABPFN-V2", "REALTABPFN-V2.5"), _TABPFN),
    "FT_TRANSFORMER": Family(module="autogluon.multimodal"),
    **dict.fromkeys(("AG_AUTOMM", "AG_TEXT_NN", "AG_IMAGE_NN"), _MULTIMODAL),
    **dict.fromkeys(
        ("IM_RULEFIT", "IM_GREEDYTREE", "IM_FIGS", "IM_HSTREE", "IM_BOOSTEDRULES"), _IMODELS
    ),
    **dict.fromkeys(("ENS_WEIGHTED", "SIMPLE_ENS_WEIGHTED", "DUMMY"), _BY_ITSELF),
}
"""Keys of `hyperparameters` -> the family."""

_DEFAULT = ("NN_TORCH", "GBM", "CAT", "XGB", "FASTAI", "RF", "XT")
_COMMERCIAL = ("NORI", "TABICL", "TABDPT-TURBO", "GBM", "CAT", "REALMLP")

PORTFOLIOS: Mapping[str, tuple[str, ...]] = {
    "default": _DEFAULT,
    "light": _DEFAULT,
    "very_light": _DEFAULT[:5],
    "toy": _DEFAULT[:4],
    "multimodal": (*_DEFAULT[:4], "AG_AUTOMM"),
    "interpretable": ("IM_RULEFIT", "IM_FIGS"),
    "zeroshot": _DEFAULT,
    "zeroshot_2023": _DEFAULT,
    "zeroshot_2025_tabfm": ("REALTABPFN-V2", "GBM", "CAT", "TABM", "TABICL", "XGB", "MITRA"),
    "zeroshot_2025_12_18_gpu": (
        "TABDPT", "TABICL", "MITRA", "TABM", "GBM_PREP", "CAT", "GBM", "REALTABPFN-V2",
    ),
    "zeroshot_2025_12_18_cpu": ("CAT", "GBM_PREP", "GBM", "NN_TORCH", "FASTAI"),
    "commercial_2026_08_05": _COMMERCIAL,
    "noncommercial_2026_08_05": ("TABPFN-3", *_COMMERCIAL),
    "experimental_2024": ("TABPFNMIX", *_DEFAULT),
    "experimental": ("TABPFNMIX", *_DEFAULT),
}  # fmt: skip
"""Texts for `hyperparameters` -> their families."""

BY_ROWS = frozenset({"extreme_quality_v140", "extreme_v140", "experimental_quality_v140"})
"""Presets whose portfolio AutoGluon chooses by the number of rows; with more than 30,000 of them
it is `zeroshot`, whose families need nothing."""

PRESETS: Mapping[str, str | None] = {
    "extreme_quality": "commercial_2026_08_05",
    "best_quality": "zeroshot",
    "high_quality": "zeroshot",
    "good_quality": "light",
    "medium_quality": None,
    "optimize_for_deployment": None,
    "interpretable": "interpretable",
    "ignore_text": None,
    "ignore_text_ngrams": None,
    "best_quality_v150": "zeroshot_2025_12_18_cpu",
    "high_quality_v150": "zeroshot_2025_12_18_cpu",
    "extreme_quality_v150": "zeroshot_2025_12_18_gpu",
    "extreme_quality_v140": "zeroshot_2025_tabfm",
    "best_quality_v082": None,
    "high_quality_v082": None,
    "good_quality_v082": "light",
    "noncommercial": "noncommercial_2026_08_05",
    "tabarena": "zeroshot_2025_tabfm",
    "experimental_quality_v120": "experimental",
    "extreme": "commercial_2026_08_05",
    "best": "zeroshot",
    "high": "zeroshot",
    "good": "light",
    "medium": None,
    "eq": "commercial_2026_08_05",
    "bq": "zeroshot",
    "hq": "zeroshot",
    "gq": "light",
    "mq": None,
    "high_quality_fast_inference_only_refit": "zeroshot",
    "good_quality_faster_inference_only_refit": "light",
    "medium_quality_faster_train": None,
    "experimental_quality_v140": "zeroshot_2025_tabfm",
    "best_v140": "zeroshot",
    "best_v150": "zeroshot_2025_12_18_cpu",
    "best_quality_v140": "zeroshot",
    "high_v150": "zeroshot_2025_12_18_cpu",
    "extreme_v140": "zeroshot_2025_tabfm",
    "extreme_v150": "zeroshot_2025_12_18_gpu",
    "extreme_v160": "commercial_2026_08_05",
    "noncommercial_v160": "noncommercial_2026_08_05",
}
"""Presets -> their portfolio; None: the default, or that of another preset beside it."""


@dataclass(frozen=True)
class Chosen:
    """The families that a run asks for.

    Attributes:
        where: the argument that names them, such as `presets: 'tabarena'`.
        names: the families that are not excluded.
        portfolio: the text for `hyperparameters` that stands for them; None: an object names them.
        preset: the preset that has the portfolio.
    """

    where: str
    names: tuple[str, ...]
    portfolio: str | None = None
    preset: str | None = None


def chosen_families(fit_args: Mapping[str, Any]) -> Chosen:
    """Return which families a run with these valid arguments of `fit` asks for.

    As in AutoGluon, `hyperparameters` replace those of a preset, and a later preset an earlier's.

    Example:
        >>> chosen_families({"presets": "interpretable"}).names
        ('IM_RULEFIT', 'IM_FIGS')
    """
    models = fit_args.get("hyperparameters")
    if isinstance(models, Mapping):
        return Chosen("hyperparameters", _kept(tuple(models), fit_args))
    if models is not None:
        names = _kept(PORTFOLIOS[models], fit_args)
        return Chosen(f"hyperparameters: '{models}'", names, models)
    presets = fit_args.get("presets") or ()
    named = [presets] if isinstance(presets, str) else list(presets)
    for preset in reversed(named):
        portfolio = PRESETS[preset]
        if portfolio is not None:
            names = _kept(PORTFOLIOS[portfolio], fit_args)
            return Chosen(f"presets: '{preset}'", names, portfolio, preset)
    names = _kept(PORTFOLIOS["default"], fit_args)
    return Chosen("hyperparameters: 'default'", names, "default")


def _kept(names: tuple[str, ...], fit_args: Mapping[str, Any]) -> tuple[str, ...]:
    only, without = fit_args.get("included_model_types"), fit_args.get("excluded_model_types") or ()
    return tuple(name for name in names if name not in without and (only is None or name in only))


def image_problem(fit_args: Mapping[str, Any]) -> str | None:
    """Return why AWS's image cannot train what is asked for; None: it can, at least a part of it.

    Example:
        >>> image_problem({"presets": "best"})
    """
    chosen = chosen_families(fit_args)
    lacking = _lacking(chosen)
    if not lacking or (chosen.portfolio is not None and len(lacking) < len(chosen.names)):
        return None
    if chosen.portfolio is None:
        return (
            f"fit_args.hyperparameters.{lacking[0]}: needs the package {_package(lacking[0])}, "
            "which AutoGluon's image does not have; leave the model out, or give an image of your "
            "own that has it as image_uri"
        )
    packages = ", ".join(dict.fromkeys(map(_package, lacking)))
    return (
        f"fit_args.{chosen.where} leaves {' and '.join(lacking)} alone, whose packages "
        f"({packages}) AutoGluon's image does not have; choose another preset or other models, or "
        "give an image of your own that has them as image_uri"
    )


def image_warning(fit_args: Mapping[str, Any]) -> str | None:
    """Return which models of a preset AWS's image leaves out; None: it has all of them.

    Example:
        >>> image_warning({"presets": "best"})
    """
    chosen = chosen_families(fit_args)
    lacking = _lacking(chosen)
    if chosen.portfolio is None or not lacking or len(lacking) == len(chosen.names):
        return None
    others = ", ".join(name for name in chosen.names if name not in lacking)
    models = ", ".join(f"{name} ({_package(name)})" for name in lacking)
    return (
        f"fit_args.{chosen.where} trains {others} only: AutoGluon's image does not have the "
        f"packages of {models}; choose another preset, or give an image of your own that has them "
        "as image_uri"
    )


def _lacking(chosen: Chosen) -> list[str]:
    return [name for name in chosen.names if FAMILIES[name].package is not None]


def _package(family: str) -> str:
    return str(FAMILIES[family].package)
