"""Collect what a finished time series job knows, for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from autogluon.timeseries import TimeSeriesPredictor

from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.report.number_text import number
from autogluon_jobs.timeseries.data.series_data import SeriesData
from autogluon_jobs.timeseries.evaluation.evaluation import Evaluation
from autogluon_jobs.timeseries.evaluation.judged_steps import JudgedSteps

_JUDGED_ON = {
    "test": "the end of the test series",
    "validation": "windows that training held out",
    "tuning": "the end of the tuning series",
    "training": "the end of the series that it was fitted on",
}


@dataclass(frozen=True)
class ReportFacts:
    """The parts of one training job; a `JobFacts` with what time series have."""

    config: TrainingJobConfig
    data: SeriesData
    predictor: TimeSeriesPredictor
    evaluation: Evaluation
    metrics: Mapping[str, Any]
    leaderboard: pd.DataFrame
    job_seconds: float

    @cached_property
    def judged(self) -> JudgedSteps:
        """Return all forecast steps that were judged."""
        return JudgedSteps.of(self.evaluation.windows, self.predictor.target)

    @property
    def judged_on(self) -> str:
        """Say what the metrics were measured on."""
        return _JUDGED_ON[self.evaluation.holdout or "test"]


def shown_error(score: Any) -> str:
    """Return a score as text: AutoGluon's metrics of time series are errors with a minus sign."""
    return number(None if score is None else 0 - score)
