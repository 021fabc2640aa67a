"""Collect what a finished training job knows, for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from autogluon.tabular import TabularPredictor

from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.data.column_roles import non_features
from autogluon_jobs.data.training_frames import TrainingData
from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.tabular.evaluation.evaluation import (
    Evaluation,
    learned_classes,
    of_known_classes,
)
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows

MOST_DRAWN_ROWS = 100_000
_SEED = 0
_ROWS_ARE = {
    "test": "test rows",
    "tuning": "tuning rows",
    "validation": "held-out rows of the training data",
    "out_of_fold": "training rows, each predicted by models that were not fitted on it",
    "recorded": "held-out rows that AutoGluon did not keep",
}


@dataclass(frozen=True)
class ReportFacts:
    """The parts of one training job.

    Attributes:
        metrics: the document `metrics.json`.
        leaderboard: AutoGluon's, one row per model.
        importance: indexed by feature; columns `importance`, `p99_low`, `p99_high` and others.
        job_seconds: from the job's start to the making of the report.
    """

    config: TrainingJobConfig
    data: TrainingData
    predictor: TabularPredictor
    evaluation: Evaluation
    metrics: Mapping[str, Any]
    leaderboard: pd.DataFrame
    importance: pd.DataFrame
    job_seconds: float

    @property
    def label(self) -> str:
        """Return the column to predict."""
        return str(self.predictor.label)

    @property
    def problem_type(self) -> str:
        """Return `binary`, `multiclass`, `regression` or `quantile`."""
        return str(self.predictor.problem_type)

    @property
    def features(self) -> list[Feature]:
        """Return the columns that the predictor takes, without label and sample weights."""
        left_out = (self.label, *non_features(self.config.init_args, self.data.train.columns))
        return [item for item in self.data.columns if item.name not in left_out]

    @property
    def is_classification(self) -> bool:
        """Return whether the label is one of some classes."""
        return self.problem_type in ("binary", "multiclass")

    @property
    def judged(self) -> JudgedRows | None:
        """Return truth and answers of the rows that the metrics were measured on."""
        return self.evaluation.judged

    @cached_property
    def drawn(self) -> JudgedRows | None:
        """Return at most 100,000 of the judged rows: more look the same and draw slowly."""
        if self.judged is None or len(self.judged) <= MOST_DRAWN_ROWS:
            return self.judged
        dice = np.random.default_rng(_SEED)
        return self.judged.take(dice.choice(len(self.judged), MOST_DRAWN_ROWS, replace=False))

    @property
    def judged_on(self) -> str:
        """Return in words which rows those are."""
        return _ROWS_ARE[self.evaluation.holdout or self.evaluation.evaluated_on]

    @cached_property
    def classes(self) -> list[str]:
        """Return the classes' names by AutoGluon's internal number."""
        return [str(label) for label in learned_classes(self.predictor)]

    @cached_property
    def drawn_frame(self) -> pd.DataFrame | None:
        """Return the drawn rows with all columns, in the order of `drawn`; None if not certain."""
        if self.drawn is None:
            return None
        frame = self._source_frame()
        if frame is None or frame.index.isin(self.drawn.index).sum() != len(self.drawn):
            return None
        frame = frame.loc[self.drawn.index]
        truth = self.predictor.transform_labels(frame[self.label]).to_numpy()
        same = np.array_equal(truth.astype(float), self.drawn.truth.astype(float))
        return frame.reset_index(drop=True) if same else None

    def _source_frame(self) -> pd.DataFrame | None:
        if self.evaluation.evaluated_on == "test":
            return of_known_classes(self.predictor, "test", self.data.test)[0]
        return self.data.tuning if self.evaluation.holdout == "tuning" else self.data.train
