"""Pack a fitted predictor: what its best model needs, without the saved training data."""

from __future__ import annotations

import shutil
from pathlib import Path

from autogluon.timeseries import TimeSeriesPredictor

from autogluon_jobs.timeseries.pretrained.packed_checkpoints import pack_checkpoints
from autogluon_jobs.weights.mounted import VerifiedWeights

_VALIDATION_FORECASTS = "utils/oof.pkl"


def pack(predictor: TimeSeriesPredictor, folder: Path, weights: VerifiedWeights) -> None:
    """Write a predictor into `folder` that forecasts as this one, without saved training data.

    Pretrained models have their checkpoints in it.

    Models may keep histories that they forecast from, as tabular ones do.

    TimeSeriesPredictor has no `clone_for_deployment`; its trainer saves the training data, and
    every model, beside the best one.
    """
    shutil.copytree(predictor.path, folder, dirs_exist_ok=True)
    copy = TimeSeriesPredictor.load(folder)
    trainer = copy._trainer
    best = copy.model_best
    needed = trainer.get_minimum_model_set(best)
    folders = {
        name: Path(trainer.path, trainer.get_model_attribute(name, "path"))
        for name in trainer.get_model_names()
    }
    kept = [folders[name] for name in needed]
    # A refitted model may lie in the folder of the one that it repeats: the deepest goes first.
    for name in sorted(folders.keys() - set(needed), key=lambda name: -len(folders[name].parts)):
        if not any(path.is_relative_to(folders[name]) for path in kept):
            shutil.rmtree(folders[name])
        trainer.model_graph.remove_node(name)
    shutil.rmtree(trainer.path_data, ignore_errors=True)
    for forecasts in Path(trainer.path).rglob(_VALIDATION_FORECASTS):
        forecasts.unlink()
    trainer.model_best = best
    trainer.save()
    pack_checkpoints(copy, needed, weights)
