"""Refuse arguments of `TimeSeriesPredictor.fit` that cannot work together.

Source: `fit` of `autogluon.timeseries.predictor` 1.6.3 and of its `trainer`, which check most of
them after the data is loaded.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_contracts.predictor_types.timeseries.names import MODEL_ALIASES
from autogluon_contracts.rules import shown

AUTOMATIC_WINDOWS = frozenset(
    {"best_quality", "best", "bq", "experimental_quality", "experimental"}
)
"""Presets with `num_val_windows: auto`."""
WITHOUT_SELECTION = frozenset(
    {"chronos2", "chronos2_small", "bolt_tiny", "bolt_mini", "bolt_small", "bolt_base"}
)
"""Presets of one model, with `skip_model_selection: true`."""


def combination_problems(fit_args: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each combination of valid arguments that cannot work.

    Example:
        >>> list(combination_problems({"hyperparameters": {"ETS": {}}}))
        []
    """
    yield from _selection_problems(fit_args)
    yield from _layer_problems(fit_args)


def _selection_problems(fit_args: Mapping[str, Any]) -> Iterator[str]:
    preset = fit_args.get("presets")
    of_preset = preset in WITHOUT_SELECTION
    if not fit_args.get("skip_model_selection", of_preset):
        return
    given = "skip_model_selection" in fit_args
    cause = "skip_model_selection true" if given else f"presets '{preset}', which skips selection"
    if fit_args.get("hyperparameter_tune_kwargs") is not None:
        yield (
            f"fit_args.hyperparameter_tune_kwargs: cannot be given with {cause}, as nothing is "
            "compared; leave one of the two out"
        )
    models = fit_args.get("hyperparameters")
    if models is None and of_preset:
        return
    number = "several models"
    if isinstance(models, Mapping):
        count = _count(models, fit_args.get("excluded_model_types") or ())
        if count <= 1:
            return
        number = f"{count} models"
    named = f"'{models}' has" if isinstance(models, str) else "got"
    if models is None:
        named = f"missing, and {'the default' if preset is None else repr(preset)} has"
    yield (
        f"fit_args.hyperparameters: {named} {number} with {cause}, and one model alone can go "
        "unselected; name one model, or set skip_model_selection: false"
    )


def _count(models: Mapping[str, Any], excluded: Any) -> int:
    left_out = {MODEL_ALIASES.get(name, name) for name in excluded}
    return sum(
        len(entry) if isinstance(entry, list) else 1
        for name, entry in models.items()
        if MODEL_ALIASES.get(name, name) not in left_out
    )


def _layer_problems(fit_args: Mapping[str, Any]) -> Iterator[str]:
    layers = fit_args.get("ensemble_hyperparameters")
    if layers is None:
        return
    if fit_args.get("enable_ensemble") is False or fit_args.get("skip_model_selection"):
        cause = "skip_model_selection true" if fit_args.get("skip_model_selection") else None
        yield (
            "fit_args.ensemble_hyperparameters: cannot be given with "
            f"{cause or 'enable_ensemble false'}, which trains no ensemble; leave one of the two "
            "out"
        )
        return
    automatic = "auto" if fit_args.get("presets") in AUTOMATIC_WINDOWS else 1
    windows = fit_args.get("num_val_windows", automatic)
    if windows == "auto":
        return
    asked = len(layers) if isinstance(layers, list) else 1
    found = len(windows) if isinstance(windows, list) else 1
    if asked != found:
        example = ", ".join(["2"] * max(asked, 1))
        got = (
            "missing, so 1 window" if "num_val_windows" not in fit_args else f"got {shown(windows)}"
        )
        yield (
            f"fit_args.num_val_windows: {got} for {asked} layers of ensemble_hyperparameters; "
            f"allowed: windows for each layer, such as [{example}], or 'auto'"
        )
