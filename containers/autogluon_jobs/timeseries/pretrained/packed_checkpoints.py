"""Keep the checkpoints of pretrained models inside the artifact, and find them there again.

AutoGluon saves a pretrained model by the path of its checkpoint, which only the training job has.
It looks for the checkpoint of a fine-tuned model below the model's own folder, though, wherever
that is: so plain AutoGluon finds there what is packed here. Toto 2 has no such place; a server
finds its checkpoint by `use_packed_checkpoint`, and plain AutoGluon downloads it by its name.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autogluon.timeseries import TimeSeriesPredictor

from autogluon_jobs.timeseries.inner_model import inner_model
from autogluon_jobs.weights.mounted import VerifiedWeights

_CHECKPOINT = "fine-tuned-ckpt"
_CHRONOS, _CHRONOS2, _TOTO2 = "ChronosModel", "Chronos2Model", "Toto2Model"


def pack_checkpoints(
    predictor: TimeSeriesPredictor, models: Iterable[str], weights: VerifiedWeights
) -> None:
    """Copy each pretrained model's checkpoint beside the model.

    Args:
        predictor: in the artifact's folder.
        models: names of those that are kept.
        weights: the job's.
    """
    trainer = predictor._trainer
    for name in models:
        model = trainer.load_model(name)
        if _pack(inner_model(model), weights):
            model.save()


def use_packed_checkpoint(model: Any) -> None:
    """Let a model of the artifact find its checkpoint there."""
    inner = inner_model(model)
    packed = _packed_checkpoint(inner)
    if type(inner).__name__ == _TOTO2 and packed.is_dir():
        inner.model_path = str(packed)


def _pack(model: Any, weights: VerifiedWeights) -> bool:
    """Pack a model's checkpoint; return whether it is one that has a checkpoint."""
    kind, folder = type(model).__name__, _packed_checkpoint(model)
    if kind == _CHRONOS2:
        if model._is_fine_tuned:
            _merge_adapter(model.model_path, folder)
        else:
            shutil.copytree(model.model_path, folder)
            model._is_fine_tuned = True
    elif kind == _CHRONOS:
        if not folder.is_dir():
            shutil.copytree(model.model_path, folder)
        model.model_path = str(folder)
    elif kind == _TOTO2:
        shutil.copytree(model.model_path, folder)
        model.model_path = _repository_of(Path(model.model_path), weights)
    else:
        return False
    return True


def _merge_adapter(checkpoint: str, folder: Path) -> None:
    """Replace a fine-tuned adapter, which names its base by a path, by the whole weights."""
    from chronos.chronos2.pipeline import Chronos2Pipeline

    whole = folder.with_name(f"{folder.name}-merged")
    Chronos2Pipeline.from_pretrained(checkpoint).save_pretrained(whole)
    shutil.rmtree(folder)
    whole.rename(folder)


def _repository_of(folder: Path, weights: VerifiedWeights) -> str:
    name = next(name for name, path in weights.folders.items() if path == folder)
    return weights.sets[name].repository


def _packed_checkpoint(model: Any) -> Path:
    return Path(model.path) / _CHECKPOINT
