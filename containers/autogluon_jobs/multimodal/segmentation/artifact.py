"""Pack a fitted predictor of masks: its checkpoint, and what training changed of it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from autogluon.multimodal import MultiModalPredictor
from omegaconf import OmegaConf  # type: ignore[import-not-found,unused-ignore]
from transformers import SamModel  # type: ignore[import-not-found,unused-ignore]

from autogluon_contracts.predictor_types.multimodal.weights import (
    SEGMENTATION_MODEL,
    checkpoint_key,
)
from autogluon_jobs.multimodal.segmentation.network import FOLDER_VARIABLE, load_predictor, scores
from autogluon_jobs.multimodal.training.artifact import OF_THE_FIT

_CONFIG, _WEIGHTS = "config.yaml", "model.ckpt"
_PREFIX = "model.model."
"""How AutoGluon names the network's weights: a module of a module."""
_TOLERANCE = 1e-4


def pack(predictor: MultiModalPredictor, folder: Path, image: str, files: Sequence[Path]) -> None:
    """Write the predictor into `folder`, and see that it answers some files from there as here.

    AutoGluon saves all weights, and reads the pretrained ones again when it loads: the artifact
    has these once, and of AutoGluon's own only what training changed.
    """
    shutil.copytree(
        predictor.path, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*OF_THE_FIT)
    )
    config, key = OmegaConf.load(folder / _CONFIG), checkpoint_key(SEGMENTATION_MODEL)
    pretrained = SamModel.from_pretrained(OmegaConf.select(config, key))
    pretrained.save_pretrained(folder / SEGMENTATION_MODEL)
    place = f"${{oc.env:{FOLDER_VARIABLE},.}}/{SEGMENTATION_MODEL}"
    OmegaConf.update(config, key, place)
    OmegaConf.save(config, folder / _CONFIG)
    _keep_changed(folder / _WEIGHTS, pretrained.state_dict())
    packed = load_predictor(folder)
    for file in files:
        here, there = (scores(item, image, file) for item in (predictor, packed))
        if not np.allclose(here, there, rtol=0, atol=_TOLERANCE):
            raise RuntimeError("the packed predictor answers otherwise than the fitted one")


def _keep_changed(file: Path, pretrained: dict[str, torch.Tensor]) -> None:
    """Leave out what the checkpoint has: a predictor with LoRA is loaded over its weights."""
    checkpoint = torch.load(file, map_location="cpu", weights_only=True)
    weights = checkpoint["state_dict"]
    checkpoint["state_dict"] = {
        name: value
        for name, value in weights.items()
        if not _is_same(value, pretrained.get(name.removeprefix(_PREFIX)))
    }
    torch.save(checkpoint, file)


def _is_same(value: torch.Tensor, pretrained: torch.Tensor | None) -> bool:
    return (
        pretrained is not None
        and value.shape == pretrained.shape
        and bool(torch.equal(value, pretrained.to(value.dtype)))
    )
