"""Define `job.json`: what one training job does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self

from autogluon_contracts.code.own_code import OwnCode
from autogluon_contracts.defaults import ACCURACY, LARGEST_MAX_SCORE_LOSS, MAX_SCORE_LOSS
from autogluon_contracts.document import Document, key
from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.documents.parent_model import ParentModel
from autogluon_contracts.documents.script_spec import ScriptSpec

FILE_NAME = "job.json"
PROGRAM = "train.py"
"""The container code's entry point, which `sagemaker_program` names."""
CHANNELS = {"train_data": "train", "test_data": "test", "tuning_data": "tuning"}
"""Key of an execution's input -> the job's channel."""
SIDE_CHANNELS = {"static_features": "static"}
"""Key of an input -> the channel of a table beside the rows, which jobs of some types read."""
TABLE_CHANNELS = {**CHANNELS, **SIDE_CHANNELS}
FOLDER_CHANNELS = {"images": "images", "weights": "weights"}
"""Key of an input -> the channel of a folder that jobs of some predictor types read beside it."""
CODE_CHANNEL = "code"
CONFIG_CHANNEL = "config"
CHECKPOINT_CHANNEL = "checkpoint"
"""The channel of the checkpoint of an earlier run, which the job continues."""
CHECKPOINTS_PATH = "/opt/ml/checkpoints"
"""Where the job keeps its own, which SageMaker copies to S3 and back (CheckpointConfig)."""
CHECKPOINT_FILE = "checkpoint.json"
"""The file that every checkpoint has."""
CHECKPOINTS_OF = ("train", "tuning")
"""The channels that decide which models a fit makes."""


@dataclass(frozen=True, kw_only=True)
class ServingGoal:
    """What the predictor is trained for.

    `max_score_loss` is used with `latency` alone; for an error of 200, 0.01 allows 202.
    """

    optimize_for: Literal["accuracy", "latency"] = key(
        "keep the best model, or the fastest that is nearly as good", default=ACCURACY
    )
    max_score_loss: float = key(
        "the share of the best validation score that may be given up for speed",
        default=MAX_SCORE_LOSS,
        minimum=0,
        maximum=LARGEST_MAX_SCORE_LOSS,
    )


@dataclass(frozen=True, kw_only=True)
class JobInstances:
    """The instances that the job runs on, and what they cost by the price list."""

    type: str = key("the instance type")
    count: int = key("how many", minimum=1)
    usd_per_hour: float | None = key("list price of one; null: unknown", above=0)
    prices_as_of: str | None = key("the month of the price; null: unknown")

    def __str__(self) -> str:
        """Return such as `1 x ml.m5.2xlarge`."""
        return f"{self.count} x {self.type}"

    def usd(self, seconds: float) -> float | None:
        """Return what so many seconds of all instances cost; None where no price is known."""
        if self.usd_per_hour is None:
            return None
        return seconds / 3600 * self.count * self.usd_per_hour


@dataclass(frozen=True, kw_only=True)
class MountedWeights:
    """Mirrored weights that the job finds in its channel `weights`."""

    folder: str = key("where they are below the channel")
    sha256: str = key("the hash of their files, which is compared before anything is loaded")
    repository: str = key("where they come from")
    revision: str = key("the commit there")
    license: str = key("their licence")


@dataclass(frozen=True, kw_only=True)
class TrainingJobConfig(Document):
    """One training job, written by `plan_training` into the channel `config`."""

    NAME: ClassVar[str] = FILE_NAME
    ADVICE: ClassVar[str] = "Deploy the Workflows stack again."

    predictor: str = key("the predictor's name")
    run: str = key("the job's name")
    type: str = key("the predictor's type")
    framework_version: str = key("the AutoGluon version that the job was planned for")
    init_args: Mapping[str, Any] = key("arguments of the predictor's constructor")
    fit_args: Mapping[str, Any] = key("arguments of `fit`")
    max_runtime_seconds: int = key("when SageMaker stops the job", minimum=1)
    data: Mapping[str, str | None] = key(
        "channel (`train`, `test`, `tuning`, and what is given beside them) -> S3 URI or null"
    )
    # A planner of an earlier release writes none of these.
    reading: DataReading = key("what the cells of the data mean", factory=DataReading)
    serving: ServingGoal = key("what the predictor is trained for", factory=ServingGoal)
    instances: JobInstances | None = key("for the report's cost", default=None, omit_null=True)
    fallback_instances: tuple[JobInstances, ...] = key(
        "what it may run on instead, where those have no capacity", default=()
    )
    weights: Mapping[str, MountedWeights] = key(
        "name of a mirrored set -> where the job finds it", factory=dict
    )
    tuned: tuple[str, ...] | None = key(
        "of a trial: the arguments that its hyperparameters replace, by their paths",
        default=None,
        omit_null=True,
    )

    checkpoints: bool = key(
        "whether finished models are kept in the job's checkpoint folder",
        default=False,
        omit_default=True,
    )
    continued: str | None = key(
        "the run whose checkpoint is in the channel `checkpoint`", default=None, omit_null=True
    )
    on_spot: bool = key(
        "whether the job may run on spot instances", default=False, omit_default=True
    )
    folds: str | None = key(
        "the S3 folder through which the job's hosts exchange folds; null: it has one host",
        default=None,
        omit_null=True,
    )
    further_training: bool = key(
        "whether the artifact keeps what further training needs",
        default=False,
        omit_default=True,
    )
    parent: ParentModel | None = key(
        "the model that the job trains further", default=None, omit_null=True
    )
    columns: tuple[str, ...] | None = key(
        "of the training data; null: the job reports them itself", default=None, omit_null=True
    )
    script: ScriptSpec | None = key(
        "what the job runs in AutoGluon's place", default=None, omit_null=True
    )
    code: OwnCode | None = key(
        "the person's own files that the job finds in its channel `scripts`, and imports",
        default=None,
        omit_null=True,
    )

    def on(self, instance_type: str | None) -> Self:
        """Return the configuration of a job that runs on a type, which may be a fallback."""
        for found in self.fallback_instances:
            if found.type == instance_type:
                return replace(self, instances=found)
        return self
