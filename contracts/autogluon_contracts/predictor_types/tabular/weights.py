"""Tell which pretrained weights a run needs, and refuse one that cannot have them.

Mitra is the one tabular model whose weights can be mirrored; what AutoGluon's image lacks packages
for is left out, so that it downloads nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from autogluon_contracts.models.known_weights import CHECKPOINT_MODELS, FOLDER, set_in
from autogluon_contracts.predictor_types.tabular.families import (
    BY_ROWS,
    FAMILIES,
    Chosen,
    chosen_families,
)

MODEL = "MITRA"
CLASSIFIER, REGRESSOR = "mitra-classifier", "mitra-regressor"
"""The sets that hold what AutoGluon downloads unless `hyperparameters` name another checkpoint."""
_SETS = frozenset({CLASSIFIER, REGRESSOR})
CHECKPOINT_KEYS = ("hf_cls_model", "hf_reg_model", "hf_general_model", "hf_model")
"""The hyperparameters that name a checkpoint, as `MitraModel` takes them."""
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
    chosen = chosen_families(fit_args)
    if MODEL in chosen.names and chosen.preset in BY_ROWS and (isolated or _SETS & set(weights)):
        return (
            f"fit_args.{chosen.where} chooses its models by the number of rows and then downloads "
            f"{MODEL}'s weights, also where they are mirrored; write presets: 'tabarena', whose "
            f"models are the same, or set excluded_model_types: [{MODEL}]"
        )
    if not isolated:
        return None
    downloading = [name for name in chosen.names if _downloads(name, chosen, fit_args)]
    if downloading:
        return _download_problem(chosen, downloading)
    if not _asks_for_published(chosen, fit_args) or _SETS & set(weights):
        return None
    where = "hyperparameters: the object" if chosen.portfolio is None else chosen.where
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
    chosen = chosen_families(fit_args)
    if MODEL not in chosen.names or chosen.preset in BY_ROWS:
        return None
    return chosen.portfolio


def _asks_for_published(chosen: Chosen, fit_args: Mapping[str, Any]) -> bool:
    """Return whether Mitra is asked for with the weights that AutoGluon downloads."""
    if MODEL not in chosen.names or chosen.portfolio is not None:
        return MODEL in chosen.names
    return any(
        not set(CHECKPOINT_KEYS) & set(entry) for entry in entries_of(fit_args["hyperparameters"])
    )


def _downloads(name: str, chosen: Chosen, fit_args: Mapping[str, Any]) -> bool:
    family = FAMILIES[name]
    if family.weights != "downloaded" or family.package is not None:
        return False
    if chosen.portfolio is not None:
        return True
    value = fit_args["hyperparameters"][name]
    entries = value if isinstance(value, list) else [value]
    return any(_starts_from_weights((entry or {}).get("model.names")) for entry in entries)


def _starts_from_weights(names: Any) -> bool:
    """Return whether models of a `MultiModalPredictor` start from weights; by default they do."""
    return not isinstance(names, list) or bool(set(names) & set(CHECKPOINT_MODELS))


def _download_problem(chosen: Chosen, names: list[str]) -> str:
    alone = len(names) == len(chosen.names)
    others = "name other models" if alone else f"set excluded_model_types: [{', '.join(names)}]"
    where = "hyperparameters: the object" if chosen.portfolio is None else chosen.where
    return (
        f"fit_args.{where} has {' and '.join(names)}, whose pretrained weights a job without "
        f"network access cannot download and `agcdk weights add` does not mirror; {others}, or set "
        "the predictor's network_isolation: false"
    )
