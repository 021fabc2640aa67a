"""Define what planners know of the program that trains and serves predictors of a type."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from autogluon_contracts.content_types import Format
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.training_job import TABLE_CHANNELS, TrainingJobConfig
from autogluon_contracts.documents.tuning_spec import ObjectiveType
from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import ObjectStore


@dataclass(frozen=True)
class TrialObjective:
    """What SageMaker compares trials by, of an algorithm whose metrics it knows itself.

    `tuned_name` returns the hyperparameter that the path of a range means; `problems` has a
    sentence for each argument that trials ignore.
    """

    metric: str
    type: ObjectiveType
    tuned_name: Callable[[str], str]
    problems: Sequence[str]


@dataclass(frozen=True)
class JobProgram:
    """Members of CreateTrainingJob: what a job runs, and the metrics to look for in its log."""

    hyperparameters: Mapping[str, str]
    metric_definitions: Sequence[Mapping[str, str]]
    code: Sequence[Mapping[str, Any]]
    """The channel of the job's code; none where the image has it."""
    channels: Mapping[str, str] = field(default_factory=lambda: TABLE_CHANNELS)
    """The channel of each table, by the input's key."""
    content_type: Callable[[str, Format], str | None] = lambda _key, _format: None
    """That of a table's channel, by the input's key and the files' format; None: it has none."""
    objective: TrialObjective | None = None
    """What trials of a search are compared by; None: the number that the container code prints."""
    algorithm_arn: str | None = None
    """The algorithm resource that the job runs in place of the predictor's image."""
    has_configuration: bool = True
    """Whether the job gets `job.json`; an algorithm ends at a channel that it does not know."""


@dataclass(frozen=True)
class BatchSource:
    """A file of a batch, and of CSV how it is written.

    Attributes:
        entry: the file.
        columns: in the file's order; None of other formats, whose rows name them.
        has_header: whether the first line has their names.
        delimiter: what is between two cells.
    """

    entry: S3Object
    columns: tuple[str, ...] | None = None
    has_header: bool = False
    delimiter: str = ","


@dataclass(frozen=True)
class BatchRequest:
    """What a batch asks of a model that takes `features`; `folder` is the batch's own."""

    files: DataFiles
    sources: Sequence[BatchSource]
    features: Sequence[str]
    output_format: str
    folder: S3Location


@dataclass(frozen=True)
class BatchCopies:
    """Copies of a batch's files as a model reads them, one for each in their order."""

    files: DataFiles
    rows: Sequence[int]


class Program(Protocol):
    """What runs in the containers of a type's predictors."""

    @property
    def records_columns(self) -> bool:
        """Whether `job.json` has the training data's columns, for `report`."""

    @property
    def reads_batch(self) -> bool:
        """Whether containers read `AUTOGLUON_BATCH`, which says how a batch's files are made."""

    def training_files(
        self, store: ObjectStore, plan: TrainingPlan, files: Mapping[str, DataFiles]
    ) -> Mapping[str, DataFiles]:
        """Return the files that a run's job reads, by the input's key: the user's, or copies.

        Raises InvalidDataError for data that cannot be written as the job reads it.
        """

    def job(
        self, environment: Environment, plan: TrainingPlan, usual_metrics: Iterable[str]
    ) -> JobProgram:
        """Return what a run's job runs; `usual_metrics` are the type's."""

    def report(
        self,
        store: ObjectStore,
        spec: PredictorSpec,
        training_job: Mapping[str, Any],
        job_file: S3Location,
    ) -> dict[str, bytes]:
        """Return the files of a completed job's report by name, those of `REQUIRED_FILES` at least.

        `job_file` is the run's `job.json`.

        Raises TrainingFailedError when the job left none that can be used.
        """

    def batch_copies(self, store: ObjectStore, asked: BatchRequest) -> BatchCopies | None:
        """Return copies of a batch's files, any lines of which the model answers.

        None: the job reads the user's own.

        Raises InvalidDataError or InvalidInputError for what cannot be written as models read it.
        """


class OwnFiles:
    """What programs share whose containers read the user's own files."""

    reads_batch = True

    def training_files(
        self,
        store: ObjectStore,  # noqa: ARG002 - nothing is written
        plan: TrainingPlan,  # noqa: ARG002 - of no run
        files: Mapping[str, DataFiles],
    ) -> Mapping[str, DataFiles]:
        """Return the user's files."""
        return files

    def batch_copies(
        self,
        store: ObjectStore,  # noqa: ARG002 - nothing is written
        asked: BatchRequest,  # noqa: ARG002 - whatever it is
    ) -> BatchCopies | None:
        """Return None: the job reads the user's files."""
        return None


def configuration_of(store: ObjectStore, job_file: S3Location) -> TrainingJobConfig:
    """Return what the planner wrote down of a run."""
    return TrainingJobConfig.from_text(b"".join(store.stream(job_file)))


def artifact_of(training_job: Mapping[str, Any]) -> S3Location:
    """Return the model of a completed job."""
    return S3Location.parse(training_job["ModelArtifacts"]["S3ModelArtifacts"])


def output_of(training_job: Mapping[str, Any]) -> S3Location:
    """Return the archive of what a completed job left beside its model."""
    return artifact_of(training_job).parent().child("output.tar.gz")
