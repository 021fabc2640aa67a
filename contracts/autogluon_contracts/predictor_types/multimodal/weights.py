"""Tell which pretrained weights a run starts from: of the channel `weights`, or downloaded."""

from collections.abc import Collection, Mapping
from typing import Any

from autogluon_contracts.models.known_weights import CHECKPOINT_MODELS, FOLDER, set_in
from autogluon_contracts.predictor_types.multimodal.names import PRESET_MODELS
from autogluon_contracts.rules import shown
from autogluon_contracts.wording import listed

TEXT_MODEL = "hf_text"
IMAGE_MODEL = "timm_image"
SEGMENTATION_MODEL = "sam"
"""AutoGluon's name of the Segment Anything Model, of transformers."""
AUGMENTATION = f"model.{TEXT_MODEL}.text_train_augment_types"
"""How texts are varied while training."""
SYNONYMS = "syn_replacement"
_ADVICE = (
    f"put the checkpoint's folder into S3, write '{FOLDER}<folder>', and give the run the S3 "
    "folder above it as `weights`"
)


def checkpoint_key(model: str) -> str:
    """Return the hyperparameter that names a model's checkpoint."""
    return f"model.{model}.checkpoint_name"


def local_checkpoints(hyperparameters: Mapping[str, Any] | None) -> Mapping[str, str]:
    """Return model -> folder below the run's `weights`."""
    named = {
        model: set_in((hyperparameters or {}).get(checkpoint_key(model)))
        for model in CHECKPOINT_MODELS
    }
    return {model: folder for model, folder in named.items() if folder is not None}


def unnamed_problem(fit_args: Mapping[str, Any], weights: Collection[str]) -> str | None:
    """Return which checkpoint is not among the sets that the settings name; None: all are.

    Where they name none, each run gives a folder.
    """
    for model, folder in local_checkpoints(fit_args.get("hyperparameters")).items():
        if weights and folder not in weights:
            return (
                f"fit_args.hyperparameters.{checkpoint_key(model)}: got '{FOLDER}{folder}', which "
                f"is not in weights; allowed: {listed(sorted(weights))}"
            )
    return None


def downloads_problem(fit_args: Mapping[str, Any]) -> str | None:
    """Return why a run with these valid arguments would download weights; None: it does not.

    The models of a preset are judged by the job, which knows the columns: one that the data has no
    columns for is left out.
    """
    given = fit_args.get("hyperparameters") or {}
    local = local_checkpoints(given)
    for model in CHECKPOINT_MODELS:
        name = given.get(checkpoint_key(model))
        if name is not None and model not in local:
            return (
                f"fit_args.hyperparameters.{checkpoint_key(model)}: got {shown(name)}, which a job "
                f"without network access cannot download; {_ADVICE}"
            )
    if any(str(item).startswith(SYNONYMS) for item in given.get(AUGMENTATION) or ()):
        return (
            f"fit_args.hyperparameters.{AUGMENTATION}: {SYNONYMS} needs WordNet, which a job "
            "without network access cannot download; leave it out"
        )
    asked = given.get("model.names")
    needed = [model for model in asked or PRESET_MODELS if model in CHECKPOINT_MODELS]
    missing = [model for model in needed if model not in local]
    if missing and (asked or not local):
        keys = listed(list(map(checkpoint_key, missing)), limit=3)
        return (
            f"fit_args.hyperparameters: {keys} missing, so a job would download weights, which it "
            f"cannot without network access; {_ADVICE}"
        )
    return None
