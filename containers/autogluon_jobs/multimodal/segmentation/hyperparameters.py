"""Complete the hyperparameters of a run that learns masks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autogluon_contracts.predictor_types.multimodal.segmentation import (
    LOSS_KEY,
    MASK_LOSS,
    TOKENS_KEY,
)
from autogluon_jobs.multimodal.training.checkpoints import local_paths

_TOKENS = 10
"""Masks that the network proposes, which the loss assigns to classes; AutoGluon's own is one."""


def job_hyperparameters(
    fit_args: Mapping[str, Any], num_classes: int, checkpoints: Mapping[str, Path] | None
) -> dict[str, Any]:
    """Return `hyperparameters` with what several classes need, and the checkpoint's path.

    Args:
        fit_args: the user's, which win.
        num_classes: of a mask.
        checkpoints: those of the channel; without it, AutoGluon downloads what it does not find.

    Raises:
        InputError: a checkpoint that the channel lacks.
    """
    given = dict(fit_args.get("hyperparameters") or {})
    several = {LOSS_KEY: MASK_LOSS, TOKENS_KEY: max(_TOKENS, num_classes)}
    paths = {} if checkpoints is None else local_paths(given, checkpoints)
    return {**(several if num_classes > 1 else {}), **given, **paths}
