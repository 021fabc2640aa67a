"""Tell which of AutoGluon's models a checkpoint is for, by its `config.json`."""

from __future__ import annotations

import json
from pathlib import Path

from autogluon_cli.framework.errors import CommandError
from autogluon_contracts.predictor_types.multimodal.weights import (
    IMAGE_MODEL,
    SEGMENTATION_MODEL,
    TEXT_MODEL,
)

_OF_TRANSFORMERS = {"sam": SEGMENTATION_MODEL, "clip": "clip"}
_ALLOWED = (
    "allowed: a checkpoint of texts, which transformers writes with its vocab_size, or of images, "
    "which timm writes with its architecture and num_features"
)


def checkpoint_model(config: Path) -> str:
    """Return AutoGluon's name of the model that starts from a checkpoint.

    Args:
        config: the checkpoint's `config.json`, as transformers or timm write it.

    Raises:
        CommandError: the file is not JSON, or describes another kind of model.
    """
    try:
        values = json.loads(config.read_bytes())
    except ValueError as error:
        raise CommandError(f"--weights: {config} is not JSON: {error}.", again={}) from error
    if not isinstance(values, dict):
        raise CommandError(f"--weights: {config} must be a JSON object.", again={})
    kind = values.get("model_type")
    if kind in _OF_TRANSFORMERS:
        return _OF_TRANSFORMERS[kind]
    # timm's `save_for_hf` writes both; transformers' `architectures` is a list.
    if isinstance(values.get("architecture"), str) and "num_features" in values:
        return IMAGE_MODEL
    if isinstance(kind, str) and isinstance(values.get("vocab_size"), int):
        return TEXT_MODEL
    described = f"a model of type {kind!r}" if kind else "no model that is known"
    raise CommandError(f"--weights: {config} describes {described}; {_ALLOWED}.", again={})
