"""Define what planners know of the program that trains and serves predictors of a type."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


@dataclass(frozen=True)
class JobProgram:
    """Members of CreateTrainingJob: what a job runs, and the metrics to look for in its log."""

    hyperparameters: Mapping[str, str]
    metric_definitions: Sequence[Mapping[str, str]]
    code: Sequence[Mapping[str, Any]]
    """The channel of the job's code; none where the image has it."""


class Program(Protocol):
    """What runs in the containers of a type's predictors."""

    @property
    def records_columns(self) -> bool:
        """Whether `job.json` has the training data's columns, for `report`."""

    def job(
        self, environment: Environment, plan: TrainingPlan, usual_metrics: Iterable[str]
    ) -> JobProgram:
        """Return what a run's job runs; `usual_metrics` are the type's."""

    def report(
        self, store: ObjectStore, spec: PredictorSpec, training_job: Mapping[str, Any]
    ) -> dict[str, bytes]:
        """Return the files of a completed job's report by name, those of `REQUIRED_FILES` at least.

        Raises TrainingFailedError when the job left none that can be used.
        """


def artifact_of(training_job: Mapping[str, Any]) -> S3Location:
    """Return the model of a completed job."""
    return S3Location.parse(training_job["ModelArtifacts"]["S3ModelArtifacts"])


def output_of(training_job: Mapping[str, Any]) -> S3Location:
    """Return the archive of what a completed job left beside its model."""
    return artifact_of(training_job).parent().child("output.tar.gz")
