"""Collect what a finished multimodal job knows, for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.data.training_frames import TrainingData
from autogluon_jobs.multimodal.evaluation.evaluation import Evaluation
from autogluon_jobs.schema.feature_schema import FeatureSchema

_ROWS_ARE = {
    "test": "test rows",
    "tuning": "tuning rows",
    "validation": "held-out rows of the training data, by which AutoGluon chose the epoch",
}


@dataclass(frozen=True)
class ReportFacts:
    """The parts of one training job; a `JobFacts` with what multimodal predictors have."""

    config: TrainingJobConfig
    data: TrainingData
    schema: FeatureSchema
    types: Mapping[str, str]
    parameters: int
    evaluation: Evaluation
    metrics: Mapping[str, Any]
    job_seconds: float

    @property
    def judged_on(self) -> str:
        """Return in words which rows the metrics were measured on."""
        return _ROWS_ARE[self.evaluation.holdout or "test"]

    @property
    def classes(self) -> list[str]:
        """Return the classes by the number that the judged rows have for them."""
        classes = [str(item) for item in self.schema.classes or ()]
        if len(classes) == 2 and classes[1] != str(self.schema.positive_class):
            classes.reverse()
        return classes
