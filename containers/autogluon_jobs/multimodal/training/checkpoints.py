"""Point the models at the checkpoints of the job's channel `weights`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autogluon_contracts.models.known_weights import CHECKPOINT_MODELS, FOLDER
from autogluon_contracts.predictor_types.multimodal.images import IMAGE_TYPE
from autogluon_contracts.predictor_types.multimodal.names import PRESET_MODELS
from autogluon_contracts.predictor_types.multimodal.weights import (
    AUGMENTATION,
    TEXT_MODEL,
    checkpoint_key,
    local_checkpoints,
)
from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.weights.mounted import CHANNEL

# AutoGluon's own ways to vary long texts but synonyms, whose dictionary it downloads. Where it
# cannot, it tries anew with each text and leaves the text out.
WITHOUT_SYNONYMS = ("random_swap(0.05)", "random_delete(0.05)", "insert_punc(0.05)")
_READS = {"hf_text": ("text",), "timm_image": (IMAGE_TYPE,), "clip": ("text", IMAGE_TYPE)}
"""What the data must have for AutoGluon to keep the model."""


def job_hyperparameters(
    fit_args: Mapping[str, Any], types: Collection[str], checkpoints: Mapping[str, Path] | None
) -> dict[str, Any]:
    """Return `hyperparameters` with each checkpoint of the channel by its path.

    Args:
        fit_args: the user's.
        types: of the columns, as AutoGluon calls them.
        checkpoints: those of the channel; without it, AutoGluon downloads what it does not find.

    Raises:
        InputError: a checkpoint that the channel lacks, or that the job would have to download.
    """
    given = dict(fit_args.get("hyperparameters") or {})
    local = local_checkpoints(given)
    if checkpoints is None:
        return given
    known = sorted(checkpoints)
    paths = local_paths(given, checkpoints)
    models = given.get("model.names") or PRESET_MODELS
    for model in models:
        if model in CHECKPOINT_MODELS and model not in local and set(types) >= set(_READS[model]):
            raise InputError(
                f"fit_args.hyperparameters: {checkpoint_key(model)} missing, and the job does not "
                "download weights.",
                advice=f"Name a folder of the channel: '{FOLDER}{known[0] if known else '...'}'.",
            )
    # AutoGluon knows no key of a model that is not named.
    varied = {AUGMENTATION: list(WITHOUT_SYNONYMS)} if TEXT_MODEL in models else {}
    return {**varied, **given, **paths}


def local_paths(
    hyperparameters: Mapping[str, Any], checkpoints: Mapping[str, Path]
) -> dict[str, str]:
    """Return the hyperparameters that name checkpoints of the channel, with their paths.

    Raises:
        InputError: a checkpoint that the channel lacks.
    """
    known, paths = sorted(checkpoints), {}
    for model, folder in local_checkpoints(hyperparameters).items():
        if folder not in known:
            raise InputError(
                f'Channel "weights" has no checkpoint "{folder}", which {checkpoint_key(model)} '
                f"needs{did_you_mean(folder, known)}.",
                advice=f"It has {listed(known) if known else 'none'}.",
            )
        paths[checkpoint_key(model)] = str(checkpoints[folder])
    return paths


@contextmanager
def explained_checkpoints() -> Iterator[None]:
    """Say what a checkpoint for images lacks, where AutoGluon says that it is invalid.

    Raises:
        InputError: it is.
    """
    try:
        yield
    except ValueError as error:
        if not str(error).startswith("Timm model path"):
            raise
        cause = f" ({error.__context__})" if error.__context__ is not None else ""
        raise InputError(
            f"The checkpoint of timm_image cannot be loaded{cause}.",
            advice="It needs config.json with architecture, num_features and pretrained_cfg, and "
            "pytorch_model.bin of the network without its classifier (num_classes=0).",
        ) from error


def found_checkpoints(channels: Mapping[str, Path]) -> dict[str, Path] | None:
    """Return the checkpoints of the channel by their folders' names; None without the channel."""
    folder = channels.get(CHANNEL)
    if folder is None:
        return None
    found = (path.parent for path in folder.rglob("config.json"))
    return {path.relative_to(folder).as_posix(): path for path in found}
