"""Pack a fitted predictor: what loading and predicting need, without the fit's own records."""

from __future__ import annotations

import shutil
from pathlib import Path

from autogluon.multimodal import MultiModalPredictor

# What Lightning records of the fit; its names hold the machine's.
_OF_THE_FIT = ("events.out.tfevents.*", "hparams.yaml", "lightning_logs", "*.log")


def pack(predictor: MultiModalPredictor, folder: Path) -> None:
    """Write the predictor into `folder`.

    `fit` has saved it with `standalone`: configurations and tokenizers of its checkpoints beside
    the weights, so that loading downloads nothing.
    """
    shutil.copytree(
        predictor.path, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*_OF_THE_FIT)
    )
