"""Measure a fitted predictor: on test data, or on the windows that training held out.

Scores have AutoGluon's sign: higher is better, errors are negative.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor
from autogluon.timeseries.metrics import check_get_evaluation_metric

from autogluon_jobs.messages.wording import listed
from autogluon_jobs.timeseries.data.series_data import SeriesData


@dataclass(frozen=True)
class Window:
    """One judged window: whole series whose last steps were forecast, and the forecast."""

    truth: TimeSeriesDataFrame
    forecast: TimeSeriesDataFrame


@dataclass(frozen=True)
class Evaluation:
    """What was measured, on what, in how many windows."""

    evaluated_on: Literal["test", "holdout"]
    holdout: str | None
    windows: Sequence[Window]
    metrics: Mapping[str, float]
    warnings: tuple[str, ...] = ()


def evaluate(
    predictor: TimeSeriesPredictor, data: SeriesData, metrics: Sequence[str]
) -> Evaluation:
    """Measure the best model by each of the metrics, the mean of the windows.

    Args:
        predictor: fitted.
        data: what it was fitted on, and the test data if any.
        metrics: AutoGluon's names.
    """
    warnings: list[str] = []
    if data.test is not None:
        windows = _forecast_end(predictor, data.test)
        where: Literal["test", "holdout"] = "test"
        holdout = None
    else:
        where = "holdout"
        holdout = "validation" if data.tuning is None else "tuning"
        windows = _recorded(predictor)
        if not windows and data.tuning is not None:
            windows = _forecast_end(predictor, data.tuning)
        elif not windows:
            holdout = "training"
            series = _long_enough(data.train, predictor.prediction_length)
            windows = _forecast_end(predictor, series)
            warnings.append(
                "The metrics were measured on series that the model was fitted on, because "
                "skip_model_selection holds nothing out, so they overstate the quality. Give test "
                "data."
            )
    scores = {name: _score(predictor, windows, name) for name in metrics}
    undefined = [name for name, value in scores.items() if not math.isfinite(value)]
    if undefined:
        warnings.append(
            f"Metrics without a value on these series are left out: {listed(undefined)}."
        )
    known = {name: value for name, value in scores.items() if name not in undefined}
    return Evaluation(where, holdout, windows, known, tuple(warnings))


def _forecast_end(predictor: TimeSeriesPredictor, series: TimeSeriesDataFrame) -> Sequence[Window]:
    past, known = series.get_model_inputs_for_scoring(
        predictor.prediction_length, predictor.known_covariates_names
    )
    return [Window(series, predictor.predict(past, known_covariates=known))]


def _long_enough(series: TimeSeriesDataFrame, steps: int) -> TimeSeriesDataFrame:
    lengths = series.num_timesteps_per_item()
    return series.loc[lengths.index[lengths > steps]]


def _recorded(predictor: TimeSeriesPredictor) -> Sequence[Window]:
    """Return the validation windows; those of the model that a refitted one repeats."""
    model = predictor.model_best
    trainer = predictor._trainer
    origin = {full: name for name, full in trainer.model_refit_map.items()}.get(model, model)
    if trainer.get_model_attribute(origin, "val_score") is None:
        return []
    forecasts = predictor.backtest_predictions(model=origin)
    truths = predictor.backtest_targets()[-len(forecasts) :]
    return [Window(truth, made) for truth, made in zip(truths, forecasts, strict=True)]


def _score(predictor: TimeSeriesPredictor, windows: Sequence[Window], name: str) -> float:
    return float(np.mean([window_score(predictor, window, name) for window in windows]))


def window_score(predictor: TimeSeriesPredictor, window: Window, name: str) -> float:
    """Return a metric of one window's forecasts, in AutoGluon's sign.

    Args:
        predictor: fitted.
        window: the truth and the forecasts of its steps.
        name: AutoGluon's name of the metric.
    """
    own = predictor.eval_metric
    metric = own
    if name != own.name:
        metric = check_get_evaluation_metric(
            name,
            prediction_length=predictor.prediction_length,
            seasonal_period=own.seasonal_period,
            horizon_weight=own.horizon_weight,
        )
    return float(metric(window.truth, window.forecast, predictor.target))
