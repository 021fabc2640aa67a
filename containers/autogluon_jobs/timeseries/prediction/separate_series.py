"""Tell whether a predictor's models forecast each series as if it were alone."""

from __future__ import annotations

from typing import Any

from autogluon.timeseries import TimeSeriesPredictor
from autogluon.timeseries.models.autogluon_tabular.mlforecast import AbstractMLForecastModel
from autogluon.timeseries.models.autogluon_tabular.per_step import PerStepTabularModel
from autogluon.timeseries.models.ensemble import AbstractTimeSeriesEnsembleModel
from autogluon.timeseries.models.local import NPTSModel
from autogluon.timeseries.models.local.abstract_local_model import AbstractLocalModel

from autogluon_jobs.timeseries.inner_model import inner_model

_ALONE = (
    AbstractLocalModel, AbstractMLForecastModel, PerStepTabularModel,
    AbstractTimeSeriesEnsembleModel,
)  # fmt: skip


def are_separate(predictor: TimeSeriesPredictor) -> bool:
    """Tell whether a forecast never depends on which other series are in the same call.

    It does with Chronos-2, which forecasts the series of a batch jointly, and with models that
    sample: AutoGluon sets the seed once for each call. Models that are not known count as such.
    """
    trainer = predictor._trainer
    models = (inner_model(trainer.load_model(name)) for name in trainer.get_model_names())
    return all(map(_is_alone, models))


def _is_alone(model: Any) -> bool:
    regressor = getattr(model, "covariate_regressor", None)
    if getattr(regressor, "refit_during_predict", False):
        return False
    return isinstance(model, _ALONE) and not isinstance(model, NPTSModel)
