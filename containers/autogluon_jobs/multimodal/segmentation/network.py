"""Ask a fitted or loaded predictor for the masks of image files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from autogluon.multimodal import MultiModalPredictor

FOLDER_VARIABLE = "AUTOGLUON_ARTIFACT"
"""Names the folder of an unpacked artifact while AutoGluon loads it; without it, the current one.

OmegaConf reads it in the artifact's `config.yaml`: AutoGluon makes paths of its own models
absolute, but not that of this one's checkpoint.
"""


def load_predictor(artifact: Path) -> MultiModalPredictor:
    """Load the predictor of an unpacked artifact."""
    before = os.environ.get(FOLDER_VARIABLE)
    os.environ[FOLDER_VARIABLE] = str(artifact)
    try:
        predictor = MultiModalPredictor.load(str(artifact), verbosity=0)
    finally:
        if before is None:
            del os.environ[FOLDER_VARIABLE]
        else:
            os.environ[FOLDER_VARIABLE] = before
    # Processes that load rows would be forked from a server with threads, and may hang.
    predictor._learner._config.env.num_workers_inference = 0
    return predictor


def predicted_mask(predictor: MultiModalPredictor, image: str, path: Path) -> np.ndarray:
    """Return the mask of one file, h x w bytes of the image's size.

    One file at a time: AutoGluon sizes answers by position in its own batches, so that larger ones
    are answered wrongly, and holds all scores of all images until the last is predicted.

    Args:
        predictor: what answers.
        image: the column of images.
        path: the image's file.
    """
    (mask,) = predictor.predict(_frame(image, path), realtime=True)
    found = mask[0]
    pixels: np.ndarray = found.astype(np.uint8)
    return pixels * np.uint8(255) if found.dtype == bool else pixels


def scores(predictor: MultiModalPredictor, image: str, path: Path) -> np.ndarray:
    """Return the scores behind a mask, classes x h x w."""
    several = predictor._learner._output_shape > 1
    (found,) = predictor.predict_proba(_frame(image, path), as_multiclass=several, realtime=True)
    result: np.ndarray = found[0]
    return result


def _frame(image: str, path: Path) -> Any:
    return pd.DataFrame({image: [str(path)]})
