"""Pack a fitted predictor: what loading and predicting need, without the fit's own records."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from autogluon.multimodal import MultiModalPredictor
from omegaconf import OmegaConf  # type: ignore[import-not-found,unused-ignore]

from autogluon_contracts.predictor_types.multimodal.weights import checkpoint_key
from autogluon_jobs.messages.errors import InputError

# What Lightning records of the fit; its names hold the machine's.
OF_THE_FIT = ("events.out.tfevents.*", "hparams.yaml", "lightning_logs", "*.log")
_IMAGE_MODEL = "timm_image"
_CONFIG = "config.yaml"
WEIGHTS_FILE = "model.ckpt"
"""AutoGluon's file of the weights, which `fit` writes at its end."""
_TOLERANCE = 1e-5
"""Of probabilities, and of numbers beside the largest: 32 bits hold seven digits."""


def require_weights(predictor: MultiModalPredictor, time_limit: float) -> None:
    """Require that a fit of at most `time_limit` seconds has left weights.

    Raises:
        InputError: its time was up before there were any.
    """
    if not Path(predictor.path, WEIGHTS_FILE).is_file():
        raise InputError(
            f"The time limit of {time_limit:g} s ended training before its first "
            "validation. No model was saved.",
            advice="Give it more time, or a smaller optim.val_check_interval.",
        )


def pack(predictor: MultiModalPredictor, folder: Path, rows: pd.DataFrame) -> None:
    """Write the predictor into `folder`, and see that it answers some rows from there as here.

    `fit` has saved it with `standalone`: configurations and tokenizers of its checkpoints beside
    the weights, so that loading downloads nothing.

    Raises:
        InputError: a network that cannot be loaded without the job's checkpoint.
    """
    shutil.copytree(
        predictor.path, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*OF_THE_FIT)
    )
    _name_architecture(folder / _CONFIG)
    try:
        packed = MultiModalPredictor.load(str(folder), verbosity=0)
    except (RuntimeError, ValueError) as error:
        raise InputError(
            f"The trained network cannot be loaded without its checkpoint ({error}).",
            advice="Use an architecture whose classifier is one linear layer.",
        ) from error
    here, there = (_answers(item, rows) for item in (predictor, packed))
    largest = np.abs(here).max() if predictor.problem_type == "regression" else 1.0
    if not np.allclose(here, there, rtol=0, atol=_TOLERANCE * largest):
        raise RuntimeError("the packed predictor answers otherwise than the fitted one")


def _name_architecture(file: Path) -> None:
    """Replace the folder of an image checkpoint, which only the job has, by its architecture.

    AutoGluon does this for its checkpoints of text alone. The weights are in the predictor's own.
    """
    config, key = OmegaConf.load(file), checkpoint_key(_IMAGE_MODEL)
    name = OmegaConf.select(config, key)
    if name is None or not Path(name).is_dir():
        return
    document = json.loads((Path(name) / "config.json").read_text(encoding="utf-8"))
    OmegaConf.update(config, key, document["architecture"])
    OmegaConf.save(config, file)


def _answers(predictor: MultiModalPredictor, rows: pd.DataFrame) -> np.ndarray:
    if predictor.problem_type == "regression":
        return np.asarray(predictor.predict(rows, as_pandas=False, realtime=True), dtype=float)
    return np.asarray(predictor.predict_proba(rows, as_pandas=False, realtime=True), dtype=float)
