"""Hold every decision about a training run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autogluon_contracts.code.own_code import OwnCode
from autogluon_contracts.documents.mirrored_weights import MirroredWeights
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.training_job import CONFIG_CHANNEL, FILE_NAME, TABLE_CHANNELS
from autogluon_contracts.documents.training_spec import SpotSpec
from autogluon_contracts.names import checkpoint_folder, folds_folder
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.models.algorithm import AlgorithmResource
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.models.parent import Parent


@dataclass(frozen=True)
class ContinuedRun:
    """The earlier run whose finished models a run takes, and where they are."""

    name: str
    checkpoint: S3Location


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
    fallback_instance_types: tuple[str, ...]
    instance_count: int
    volume_size_gb: int
    max_runtime_seconds: int
    folders: Mapping[str, S3Location] = field(default_factory=dict)
    """By the input's key; those of `FOLDER_CHANNELS` that the run reads."""
    weights: Mapping[str, MirroredWeights] = field(default_factory=dict)
    """By name; the mirrored sets that the settings name."""
    spot: SpotSpec | None = None
    """How it uses spot instances; None: it runs on demand."""
    checkpoints: bool = False
    """Whether finished models are kept before the job's end."""
    continued: ContinuedRun | None = None
    parent: Parent | None = None
    """The model that the run trains further."""
    algorithm: AlgorithmResource | None = None
    """The algorithm resource that trains in place of an image."""
    columns: tuple[str, ...] | None = None
    """Of the training data, where the job does not report them itself."""

    @property
    def code(self) -> OwnCode | None:
        """The person's own files; None: none. A model trained further brings its own along."""
        return None if self.parent is not None else self.spec.training.code

    @property
    def job_file(self) -> S3Location:
        """The job's configuration, the only object of its `config` channel."""
        return self.folder.child(f"{CONFIG_CHANNEL}/{FILE_NAME}")

    def data_folder(self, channel: str) -> S3Location:
        """Return where a channel's files are that the planner itself writes, if it does."""
        return self.folder.child(f"{CONFIG_CHANNEL}/data/{channel}/")

    @property
    def weights_manifest(self) -> S3Location:
        """The list of the files of mirrored weights."""
        return self.folder.child(f"{CONFIG_CHANNEL}/weights.manifest")

    @property
    def checkpoint(self) -> S3Location:
        """Where SageMaker keeps the job's checkpoint, whichever attempt at a job it is."""
        return checkpoint_folder(self.folder.bucket, self.spec.name, self.job_name)

    @property
    def folds(self) -> S3Location | None:
        """Where the job's instances exchange folds of models; None: it has only one."""
        if self.instance_count == 1:
            return None
        return folds_folder(self.folder.bucket, self.spec.name, self.job_name)

    def manifest(self, key: str) -> S3Location:
        """Return the manifest of one data key; outside `config/job.json`'s string prefix."""
        return self.folder.child(f"{CONFIG_CHANNEL}/{TABLE_CHANNELS[key]}.manifest")
