"""Check the fit arguments of a predictor that trains on several instances."""

from collections.abc import Mapping
from typing import Any

# With these, AutoGluon bags unless other arguments say otherwise (presets_configs.py of 1.6.3).
BAGGED_PRESETS = frozenset(
    {
        "extreme_quality", "best_quality", "high_quality", "good_quality",
        "best_quality_v150", "high_quality_v150", "extreme_quality_v150", "extreme_quality_v140",
        "best_quality_v082", "high_quality_v082", "good_quality_v082", "noncommercial", "tabarena",
        "experimental_quality_v120", "extreme", "best", "high", "good", "eq", "bq", "hq", "gq",
        "high_quality_fast_inference_only_refit", "good_quality_faster_inference_only_refit",
        "experimental_quality_v140", "best_v140", "best_v150", "best_quality_v140", "high_v150",
        "extreme_v140", "extreme_v150", "extreme_v160", "noncommercial_v160",
    }
)  # fmt: skip
# These fit models in parallel on their own, which AutoGluon does on one instance only.
PARALLEL_PRESETS = frozenset({"experimental_quality_v120"})


def distribution_problem(fit_args: Mapping[str, Any]) -> str | None:
    """Return why several instances would not help a run with these arguments; None: they do.

    They share out the folds of bagged models. All else runs on the first of them.

    Example:
        >>> distribution_problem({"num_bag_folds": 8}) is None
        True
        >>> "bagged models" in distribution_problem({"num_bag_folds": 0})
        True
    """
    ensemble = fit_args.get("ag_args_ensemble") or {}
    strategies = {
        name: value for name, value in ensemble.items() if name.startswith("fold_fitting_strategy")
    }
    if fit_args.get("hyperparameter_tune_kwargs"):
        return _alone("hyperparameter_tune_kwargs", "whose trials AutoGluon runs on one instance")
    if _is_parallel(fit_args):
        return _alone("fit_strategy 'parallel'", "which AutoGluon does on one instance")
    if (fit_args.get("ds_args") or {}).get("memory_safe_fits") is True:
        return _alone("ds_args.memory_safe_fits true", "whose trial would run on any instance")
    for name, value in strategies.items():
        if value not in ("auto", "parallel_distributed"):
            return _alone(f"ag_args_ensemble.{name} '{value}'", "which uses one instance")
    folds = fit_args.get("num_bag_folds")
    if folds is not None:
        return _not_bagged(f"fit_args.num_bag_folds {folds}") if folds < 2 else None
    if "auto_stack" in fit_args:
        return None if fit_args["auto_stack"] else _not_bagged("fit_args.auto_stack false")
    if any(preset in BAGGED_PRESETS for preset in _presets(fit_args)):
        return None
    return _not_bagged("no bagging in fit_args")


def _is_parallel(fit_args: Mapping[str, Any]) -> bool:
    if "fit_strategy" in fit_args:
        return bool(fit_args["fit_strategy"] == "parallel")
    return any(preset in PARALLEL_PRESETS for preset in _presets(fit_args))


def _presets(fit_args: Mapping[str, Any]) -> list[Any]:
    presets = fit_args.get("presets") or []
    return [presets] if isinstance(presets, str) else list(presets)


def _alone(argument: str, why: str) -> str:
    return f"fit_args.{argument}, {why}; leave one of the two out"


def _not_bagged(what: str) -> str:
    return (
        f"{what}, and instances share out the folds of bagged models; give num_bag_folds (2 or "
        "more) or a preset such as 'best_quality', or leave instance_count out"
    )
