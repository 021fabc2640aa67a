"""Let loaded models use as many cores as one prediction may."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from autogluon.timeseries import TimeSeriesPredictor

_PROCESSES = "n_jobs"


def use_cores(predictor: TimeSeriesPredictor, cores: int) -> None:
    """Limit the processes of statistical models and the threads of networks; answers stay equal.

    Left to themselves, statistical models start processes on half of the machine's cores, in each
    of a server's workers.
    """
    for model in _models(predictor):
        if _PROCESSES in model.get_hyperparameters():
            model._hyperparameters[_PROCESSES] = cores
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(cores)


def _models(predictor: TimeSeriesPredictor) -> Iterator[Any]:
    for model in predictor._trainer.models.values():
        yield getattr(model, "most_recent_model", None) or model
