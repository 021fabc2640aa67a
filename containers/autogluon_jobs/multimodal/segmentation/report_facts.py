"""Collect what a finished job of semantic segmentation knows, for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.multimodal.segmentation.evaluation import MaskEvaluation
from autogluon_jobs.multimodal.segmentation.mask_rows import MaskRows

_ROWS_ARE = {
    "test": "test images",
    "tuning": "tuning images",
    "validation": "held-out images of the training data, by which AutoGluon chose the epoch",
}


@dataclass(frozen=True)
class MaskFacts:
    """The parts of one training job; a `JobFacts` with what masks have."""

    config: TrainingJobConfig
    image: str
    num_classes: int
    rows: MaskRows
    evaluation: MaskEvaluation
    parameters: int
    metrics: Mapping[str, Any]
    job_seconds: float

    @property
    def judged_on(self) -> str:
        """Return in words which rows the metrics were measured on."""
        return _ROWS_ARE[self.evaluation.holdout or "test"]
