"""State what every finished job knows of itself, whatever its predictor's type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from autogluon_contracts.documents.training_job import TrainingJobConfig


class JobFacts(Protocol):
    """The facts of a job that every report shows."""

    @property
    def config(self) -> TrainingJobConfig:
        """Return what the job was asked for."""

    @property
    def metrics(self) -> Mapping[str, Any]:
        """Return the document `metrics.json`."""

    @property
    def job_seconds(self) -> float:
        """Return the time from the job's start to the making of the report."""
