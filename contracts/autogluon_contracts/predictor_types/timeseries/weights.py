"""Tell which pretrained weights a run needs, and refuse one that cannot have them.

A job downloads nothing, so that training and serving need no network: weights come from the sets
that were mirrored into the artifact bucket and that the settings name in `weights`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.models.known_weights import FOLDER, name_of, set_in
from autogluon_contracts.predictor_types.timeseries.names import (
    CHECKPOINT_ALIASES,
    DEFAULT_CHECKPOINTS,
    MODEL_ALIASES,
    PORTFOLIOS,
    PRESETS,
    PRETRAINED_ONLY,
)
from autogluon_contracts.rules import shown
from autogluon_contracts.wording import listed

_EXAMPLE = "{SeasonalNaive: {}, ETS: {}, Theta: {}, RecursiveTabular: {}}"
_DEFAULT = "default"
_GPU_ONLY = "Toto"


@dataclass(frozen=True)
class Needed:
    """A pretrained model that a run asks for.

    `checkpoint` is a repository or `weights/<set>`; `path` is where the arguments say so.
    """

    model: str
    checkpoint: str
    path: str


def checkpoint_of(model: str, entry: Mapping[str, Any]) -> str:
    """Return the repository, or `weights/<set>`, that an entry of `hyperparameters` means.

    Example:
        >>> checkpoint_of("Chronos", {"model_path": "bolt_tiny"})
        'autogluon/chronos-bolt-tiny'
    """
    given = entry.get("model_path", DEFAULT_CHECKPOINTS[MODEL_ALIASES.get(model, model)])
    return CHECKPOINT_ALIASES.get(given, given) if isinstance(given, str) else str(given)


def entries_of(value: object) -> list[Mapping[str, Any]]:
    """Return what `hyperparameters` say of a model: one entry, or several in a list."""
    found = value if isinstance(value, list) else [value]
    return [entry for entry in found if isinstance(entry, Mapping)]


def weights_problem(fit_args: Mapping[str, Any], weights: Collection[str] = ()) -> str | None:
    """Return why a run with these valid arguments cannot have its weights; None: it can.

    Args:
        fit_args: the arguments of `fit`.
        weights: names of the mirrored sets that the run finds.
    """
    named = list(_needed(fit_args))
    for problem in (
        *(_entry_problem(each) for each in _entries(fit_args)),
        *(_own_problem(each, weights) for each in named),
    ):
        if problem is not None:
            return problem
    missing = [each for each in named if not _is_mirrored(each, weights)]
    return _missing_problem(fit_args, missing, weights) if missing else None


def _is_mirrored(needed: Needed, weights: Collection[str]) -> bool:
    return (set_in(needed.checkpoint) or name_of(needed.checkpoint)) in weights


def _entry_problem(entry: tuple[str, Mapping[str, Any]]) -> str | None:
    path, values = entry
    if values.get("revision") is None:
        return None
    return (
        f"{path}.revision: got {shown(values['revision'])}, and a mirrored set has one revision; "
        "leave it out, and give it to `agcdk weights add --revision`"
    )


def _own_problem(needed: Needed, weights: Collection[str]) -> str | None:
    """Return what is wrong with a model by itself."""
    own = set_in(needed.checkpoint)
    if needed.model == _GPU_ONLY:
        return (
            f"{needed.path}: AutoGluon runs {_GPU_ONLY} on GPUs alone, and its weights cannot be "
            "mirrored; name Toto2 instead"
        )
    if own is not None and own not in weights:
        return (
            f"{needed.path}.model_path: got '{FOLDER}{own}', which the predictor's weights do not "
            f"name; write weights: [{', '.join([*sorted(weights), own])}]"
        )
    if own is None and name_of(needed.checkpoint) is None:
        return (
            f"{needed.path}.model_path: got '{needed.checkpoint}', which a job does not download; "
            f"run `agcdk weights add NAME --repository {needed.checkpoint}`, and write weights: "
            f"[NAME] and model_path: {FOLDER}NAME"
        )
    return None


def _missing_problem(
    fit_args: Mapping[str, Any], missing: list[Needed], weights: Collection[str]
) -> str:
    argument, name = _decisive(fit_args)
    models = list(dict.fromkeys(each.model for each in missing))
    sets = [str(name_of(each.checkpoint)) for each in missing]
    mixed = name is not None and name not in PRETRAINED_ONLY
    got = "the object" if name is None else f"'{name}'"
    exclude = f"set excluded_model_types: [{', '.join(models)}], " if mixed else ""
    wanted = ", ".join(dict.fromkeys([*sorted(weights), *sets]))
    return (
        f"fit_args.{argument}: {got} has {listed(models)}, whose pretrained weights a job does "
        f"not download; mirror them with `agcdk weights add` and write weights: [{wanted}], "
        f"{exclude}or name other models in hyperparameters, such as {_EXAMPLE}"
    )


def _decisive(fit_args: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return what decides about the models: the argument, and the preset or portfolio in it.

    As in AutoGluon, `hyperparameters` replace those of a preset.
    """
    models, preset = fit_args.get("hyperparameters"), fit_args.get("presets")
    if models is None and preset is not None:
        return "presets", preset
    if models is None or isinstance(models, str):
        return "hyperparameters", models or _DEFAULT
    return "hyperparameters", None


def _needed(fit_args: Mapping[str, Any]) -> Iterator[Needed]:
    """Yield the pretrained models that are not excluded."""
    argument, name = _decisive(fit_args)
    excluded = {
        MODEL_ALIASES.get(model, model) for model in fit_args.get("excluded_model_types") or ()
    }
    if name is not None:
        pairs = (PRESETS if argument == "presets" else PORTFOLIOS)[name]
        path = f"fit_args.{argument}"
        yield from (Needed(*pair, path) for pair in pairs if pair[0] not in excluded)
        return
    for model, value in fit_args["hyperparameters"].items():
        known = MODEL_ALIASES.get(model, model)
        if known in DEFAULT_CHECKPOINTS and known not in excluded:
            for entry in entries_of(value):
                yield Needed(
                    known, checkpoint_of(model, entry), f"fit_args.hyperparameters.{model}"
                )


def _entries(fit_args: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    models = fit_args.get("hyperparameters")
    if not isinstance(models, Mapping):
        return
    for model, value in models.items():
        if MODEL_ALIASES.get(model, model) in DEFAULT_CHECKPOINTS:
            for entry in entries_of(value):
                yield f"fit_args.hyperparameters.{model}", entry
