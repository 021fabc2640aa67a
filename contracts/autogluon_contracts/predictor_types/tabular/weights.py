"""Tell which pretrained weights Mitra needs, and refuse a run that cannot have them.

Mitra is the one tabular foundation model that AutoGluon's image holds.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from autogluon_contracts.known_weights import FOLDER, set_in

MODEL = "MITRA"
CLASSIFIER, REGRESSOR = "mitra-classifier", "mitra-regressor"
"""The sets that hold what AutoGluon downloads unless `hyperparameters` name another checkpoint."""
CHECKPOINT_KEYS = ("hf_cls_model", "hf_reg_model", "hf_general_model", "hf_model")
"""The hyperparameters that name a checkpoint, as `MitraModel` takes them."""
PORTFOLIOS = ("zeroshot_2025_tabfm", "zeroshot_2025_12_18_gpu")
"""Texts for `hyperparameters` that have it."""
PRESETS: Mapping[str, str] = {
    "tabarena": PORTFOLIOS[0],
    **dict.fromkeys(("extreme_quality_v150", "extreme_v150"), PORTFOLIOS[1]),
}
"""Presets that have it -> their portfolios."""
_PATH = f"fit_args.hyperparameters.{MODEL}"


def weights_problem(
    fit_args: Mapping[str, Any], weights: Collection[str], *, isolated: bool
) -> str | None:
    """Return why a run with these valid arguments cannot have its weights; None: it can.

    Args:
        fit_args: the arguments of `fit`.
        weights: names of the mirrored sets that the run finds.
        isolated: whether it runs without network access, which downloads them otherwise.
    """
    if MODEL in (fit_args.get("excluded_model_types") or ()):
        return None
    for key, checkpoint in _checkpoints(fit_args):
        own = set_in(checkpoint)
        if own is not None and own not in weights:
            return (
                f"{_PATH}.{key}: got '{FOLDER}{own}', which the predictor's weights do not name; "
                f"write weights: [{', '.join([*sorted(weights), own])}]"
            )
        if own is None and isolated:
            return (
                f"{_PATH}.{key}: got '{checkpoint}', which a job without network access cannot "
                f"download; mirror it with `agcdk weights add`, and write {FOLDER}NAME"
            )
    where = _where(fit_args)
    if where is None or not isolated or {CLASSIFIER, REGRESSOR} & set(weights):
        return None
    return (
        f"fit_args.{where} has {MODEL}, whose pretrained weights a job without network access "
        f"cannot download; mirror them with `agcdk weights add` and write weights: [{CLASSIFIER}] "
        f"or [{REGRESSOR}], or set excluded_model_types: [{MODEL}]"
    )


def entries_of(hyperparameters: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what `hyperparameters` say of Mitra: one entry, or several in a list."""
    value = hyperparameters.get(MODEL)
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, Mapping):
            yield entry


def _checkpoints(fit_args: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    models = fit_args.get("hyperparameters")
    if isinstance(models, Mapping):
        for entry in entries_of(models):
            yield from ((key, entry[key]) for key in CHECKPOINT_KEYS if key in entry)


def portfolio_of(fit_args: Mapping[str, Any]) -> str | None:
    """Return the portfolio with Mitra that a run uses; None where it uses none."""
    models = fit_args.get("hyperparameters")
    if models is not None:
        return models if models in PORTFOLIOS else None
    presets = fit_args.get("presets") or ()
    named = [presets] if isinstance(presets, str) else list(presets)
    return next((PRESETS[name] for name in reversed(named) if name in PRESETS), None)


def _where(fit_args: Mapping[str, Any]) -> str | None:
    """Return which argument asks for Mitra with the weights that AutoGluon downloads."""
    portfolio, models = portfolio_of(fit_args), fit_args.get("hyperparameters")
    if portfolio is not None:
        return (
            f"presets: '{fit_args['presets']}'"
            if models is None
            else f"hyperparameters: '{portfolio}'"
        )
    if not isinstance(models, Mapping):
        return None
    plain = [entry for entry in entries_of(models) if not set(CHECKPOINT_KEYS) & set(entry)]
    return "hyperparameters: the object" if plain else None
