"""Define the inputs of executions: what users send to each state machine.

They carry no version: people write them by hand, and a wrong key is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from autogluon_contracts.answers import BatchOnError, Output
from autogluon_contracts.content_types import Format
from autogluon_contracts.defaults import ServingEngine
from autogluon_contracts.document import key
from autogluon_contracts.documents.drift_spec import LONGEST_PERIOD_HOURS
from autogluon_contracts.documents.parent_model import MODEL_CHANNEL
from autogluon_contracts.documents.predictor_spec import (
    MOST_FILES_PER_JOB,
    MOST_WEIGHT,
    BatchEngine,
)
from autogluon_contracts.documents.training_job import FOLDER_CHANNELS, TABLE_CHANNELS
from autogluon_contracts.jobs.transform_options import (
    INSTEAD,
    LONGEST_REQUEST_SECONDS,
    MOST_IN_FLIGHT_MB,
    MOST_RETRIES,
    BatchStrategy,
    SplitType,
)
from autogluon_contracts.names import MAIN_VARIANT
from autogluon_contracts.s3_location import S3Location

_DATA = "an object or prefix; CSV with a header, JSON Lines or Parquet"


@dataclass(frozen=True, kw_only=True)
class TrainInput:
    """A Train execution's input; what is left out is the spec's."""

    predictor: str = key("the predictor's name", non_empty=True)
    train_data: S3Location = key(_DATA)
    test_data: S3Location | None = key(_DATA, default=None)
    tuning_data: S3Location | None = key(_DATA, default=None)
    static_features: S3Location | None = key(
        "a table with a row for each series: its id, and a column for each feature; for time "
        "series predictors",
        default=None,
    )
    images: S3Location | None = key(
        "the folder of the images that columns name; for multimodal predictors", default=None
    )
    weights: S3Location | None = key(
        "a folder of pretrained checkpoints; for multimodal predictors", default=None
    )
    from_model: str | int | None = key(
        "a model to train further: `live`, `latest`, a version number, a model package ARN, or the "
        "s3:// address of a `model.tar.gz`",
        default=None,
        minimum=1,
        non_empty=True,
    )
    method: str | None = key(
        "how it is trained further, by AutoGluon's name; default: the type's usual one",
        default=None,
        non_empty=True,
    )
    model_channel_name: str | None = key(
        f"the job's channel that holds it; default: `{MODEL_CHANNEL}`", default=None, non_empty=True
    )
    init_args: Mapping[str, Any] = key("merged over the spec's, key by key", factory=dict)
    fit_args: Mapping[str, Any] = key("merged over the spec's, key by key", factory=dict)
    instance_type: str | None = key(
        "one of the predictor's allowed types", default=None, non_empty=True
    )
    instance_count: int | None = key("how many instances", default=None, minimum=1)
    volume_size_gb: int | None = key(
        "size of the training volume in GB", default=None, minimum=1, maximum=16_384
    )
    max_runtime_seconds: int | None = key(
        "when SageMaker stops the job; at most the spec's", default=None, minimum=60
    )
    promote: bool = key(
        "promote when the gate approves and the predictor has an endpoint", default=True
    )
    on_demand: bool = key("use on-demand instances although the settings say `spot`", default=False)
    continue_run: str | None = key(
        "the name of an earlier run of the predictor, with the same data and arguments, that did "
        "not complete: the models that it finished are not trained again",
        default=None,
        non_empty=True,
    )

    def locations(self) -> dict[str, S3Location]:
        """Return the data that the input names, by its key."""
        every: dict[str, S3Location | None] = {name: getattr(self, name) for name in TABLE_CHANNELS}
        return {name: location for name, location in every.items() if location is not None}

    def folders(self) -> dict[str, S3Location]:
        """Return the folders that the input names, by its key."""
        given: dict[str, S3Location | None] = {key: getattr(self, key) for key in FOLDER_CHANNELS}
        return {
            key: S3Location(location.bucket, location.key.rstrip("/") + "/")
            for key, location in given.items()
            if location is not None
        }


@dataclass(frozen=True, kw_only=True)
class TuneInput(TrainInput):
    """A Tune execution's input: that of Train, for each trial, and how far the search goes."""

    max_jobs: int | None = key("trials in all; at most the spec's", default=None, minimum=1)
    max_parallel_jobs: int | None = key(
        "trials at the same time; at most the spec's", default=None, minimum=1
    )
    warm_start: tuple[str, ...] = key(
        "names of up to five tuning runs of the predictor that have ended: the search learns from "
        "their trials",
        default=(),
    )


@dataclass(frozen=True, kw_only=True)
class BatchInput:
    """A BatchPredict execution's input; what is left out is the spec's."""

    UNSUPPORTED_KEYS: ClassVar[Mapping[str, str]] = INSTEAD

    predictor: str = key("the predictor's name", non_empty=True)
    data: S3Location = key("an object or prefix; CSV, JSON Lines or Parquet")
    model: str | int = key(
        "`live`, `latest`, a version number, or a model package ARN",
        default="live",
        minimum=1,
        non_empty=True,
    )
    header: bool | Literal["auto"] = key("whether CSV files have a header", default="auto")
    id_column: str | int | None = key(
        "a name, or a zero-based position for CSV without a header",
        default=None,
        minimum=0,
        non_empty=True,
    )
    output: Output = key("what is asked for", default="both")
    output_format: Format = key("the format of the results", default="csv")
    include_columns: tuple[str, ...] = key("input columns to carry over", default=())
    on_error: BatchOnError = key(
        "`row`: a row that cannot be predicted gets its error in `row_error`, the others are "
        "predicted; `batch`: the batch fails",
        default="batch",
    )
    contributions: bool = key(
        "whether each feature's part in a prediction is written beside it, as an endpoint's "
        "`contributions=true` answers it; tabular predictors whose model has them",
        default=False,
    )
    artifact_model: str | None = key(
        "a model of the artifact that predicts in place of its best; tabular predictors",
        default=None,
        non_empty=True,
    )
    engine: BatchEngine | None = key("default: the settings' `batch.engine`", default=None)
    resume: str | None = key(
        "the name of a bulk job that ended early: its finished files are not predicted again",
        default=None,
        non_empty=True,
    )
    max_files_per_job: int | None = key(
        "files from which on the batch is shared out",
        default=None,
        minimum=1,
        maximum=MOST_FILES_PER_JOB,
    )
    instance_type: str | None = key(
        "one of the predictor's allowed types", default=None, non_empty=True
    )
    instance_count: int | None = key("instances of each job", default=None, minimum=1)
    max_payload_mb: int | None = key(
        "MB of one request of a transform job",
        default=None,
        minimum=1,
        maximum=MOST_IN_FLIGHT_MB,
    )
    max_concurrent_transforms: int | None = key(
        "requests at once per instance of a transform job",
        default=None,
        minimum=1,
        maximum=MOST_IN_FLIGHT_MB,
    )
    timeout_seconds: int | None = key(
        "how long one request of a transform job may take",
        default=None,
        minimum=1,
        maximum=LONGEST_REQUEST_SECONDS,
    )
    max_retries: int | None = key(
        "how often a transform job sends a request again that failed",
        default=None,
        minimum=0,
        maximum=MOST_RETRIES,
    )
    split_type: SplitType | None = key(
        "how a transform job cuts files: `None` (whole), `Line`, or `auto`", default=None
    )
    strategy: BatchStrategy | None = key(
        "lines of one request of a transform job: `MultiRecord`, `SingleRecord`, or `auto`",
        default=None,
    )
    transform_ami_version: str | None = key(
        "TransformAmiVersion of a transform job on a GPU type", default=None, non_empty=True
    )
    output_path: S3Location | None = key(
        "a folder below the settings' `batch.output_locations`, into which results and manifest "
        "are copied",
        default=None,
    )


@dataclass(frozen=True, kw_only=True)
class PromoteInput:
    """A Promote execution's input; what is left out stays as it is at the endpoint."""

    predictor: str = key("the predictor's name", non_empty=True)
    model: str | int = key(
        "`latest-approved`, a version number, a model package ARN, `previous`, `last-live`, or "
        "`none`",
        minimum=1,
        non_empty=True,
    )
    instance_type: str | None = key(
        "one of the endpoint's allowed types", default=None, non_empty=True
    )
    initial_instance_count: int | None = key(
        "1 to the endpoint's `max_initial_instance_count`", default=None, minimum=1
    )
    engine: ServingEngine | None = key("what the endpoint predicts with", default=None)
    variant: str = key(
        "which of the endpoint's variants gets the model; default: the main one",
        default=MAIN_VARIANT,
        non_empty=True,
    )
    weights: Mapping[str, float] | None = key(
        "new weights of variants by name, beside those that stay",
        default=None,
        minimum=0,
        maximum=MOST_WEIGHT,
    )
    at_once: bool = key(
        "move all requests at once and unwatched, whatever the settings' `update` says",
        default=False,
    )
    allow_schema_change: bool = key(
        "whether requests and answers may differ from the live version's", default=False
    )


@dataclass(frozen=True, kw_only=True)
class DriftInput:
    """A Drift execution's input; what is left out is the spec's."""

    predictor: str = key("the predictor's name", non_empty=True)
    period_hours: int | None = key(
        "how many hours before the run's start are compared",
        default=None,
        minimum=1,
        maximum=LONGEST_PERIOD_HOURS,
    )
    labels: S3Location | None = key(
        "an object or prefix with the labels that have arrived: `inference_id`, the label's column "
        "and, where requests have several rows, `row`",
        default=None,
    )


@dataclass(frozen=True, kw_only=True)
class ProcessInput:
    """A Process execution's input; what is left out is the spec's."""

    predictor: str = key("the predictor's name", non_empty=True)
    step: str | None = key(
        "the step's name; needed unless the settings have a single one. `profile` describes data",
        default=None,
        non_empty=True,
    )
    inputs: Mapping[str, S3Location] = key(
        "name of an input -> an object or prefix, in place of the settings'", factory=dict
    )
    arguments: tuple[str, ...] | None = key(
        "arguments of the script, in place of the settings'", default=None
    )
    environment: Mapping[str, str] = key(
        "environment variables of the script, merged over the settings'", factory=dict
    )


@dataclass(frozen=True, kw_only=True)
class MirrorInput:
    """A MirrorWeights execution's input."""

    name: str = key("the name that the set of weights gets", non_empty=True)
    license: str = key(
        "the licence that the caller has read and accepts, as the hub writes it, such as "
        "`apache-2.0`",
        non_empty=True,
    )
    repository: str | None = key(
        "`<owner>/<name>` on the hub; needed unless the name is of known weights",
        default=None,
        non_empty=True,
    )
    revision: str = key("a branch, tag or commit of it", default="main", non_empty=True)
