"""Hold every decision about a training run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.models.documents.spec import PredictorSpec
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.events.inputs import DATA_CHANNELS
from autogluon_lambdas.models.location import S3Location


@dataclass(frozen=True)
class TrainingPlan:
    """One run, every value decided; times in seconds, sizes in GB."""

    spec: PredictorSpec
    execution: Execution
    job_name: str
    folder: S3Location
    init_args: Mapping[str, Any]
    fit_args: Mapping[str, Any]
    instance_type: str
    instance_count: int
    volume_size_gb: int
    max_runtime_seconds: int

    @property
    def job_file(self) -> S3Location:
        """The job's configuration, the only object of its `config` channel."""
        return self.folder.child("config/job.json")

    def manifest(self, key: str) -> S3Location:
        """The manifest of one data key; outside `config/job.json`'s string prefix."""
        return self.folder.child(f"config/{DATA_CHANNELS[key]}.manifest")
