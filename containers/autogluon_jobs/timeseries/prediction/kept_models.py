"""Keep models in memory, and let them use as many cores as one prediction may."""

from __future__ import annotations

import sys
from functools import partialmethod

from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor
from autogluon.timeseries.models.gluonts.abstract import AbstractGluonTSModel

from autogluon_jobs.timeseries.inner_model import inner_model
from autogluon_jobs.timeseries.pretrained.packed_checkpoints import use_packed_checkpoint

_PROCESSES = "n_jobs"
_RESAMPLE = TimeSeriesDataFrame.convert_frequency


def keep_models(predictor: TimeSeriesPredictor, cores: int) -> None:
    """Load the models that forecast alike from memory and from disk; answers stay AutoGluon's.

    GluonTS's networks do not: each loading draws random numbers, after AutoGluon has set the seed
    and before forecasts are sampled. They are loaded for each request, as AutoGluon does.

    Left to themselves, statistical models start processes on half of the machine's cores, in each
    of a server's workers. AutoGluon would start some on all of them, too, to resample the series of
    a request as soon as one is too short to show its frequency.
    """
    TimeSeriesDataFrame.convert_frequency = partialmethod(_RESAMPLE, num_cpus=1)
    predictor.persist([])  # its trainer, which is loaded for each call otherwise
    trainer = predictor._trainer
    for name in trainer.get_model_names():
        model = trainer.load_model(name)
        use_packed_checkpoint(model)
        model.persist()
        trainer.models[name] = model
    kept = trainer.models
    for name, model in list(kept.items()):
        inner = inner_model(model)
        if isinstance(inner, AbstractGluonTSModel):
            del kept[name]
        elif _PROCESSES in inner.get_hyperparameters():
            inner._hyperparameters[_PROCESSES] = cores
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(cores)
