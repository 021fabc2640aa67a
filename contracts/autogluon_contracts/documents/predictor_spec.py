"""Define a predictor's spec: its settings with defaults filled in, as the Lambdas read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from autogluon_contracts.defaults import (
    ACCURACY,
    AUTO_ENGINE,
    AUTO_JOINING,
    FIVE_DAYS_SECONDS,
    LARGEST_MAX_SCORE_LOSS,
    LONGEST_ASYNC_REQUEST_SECONDS,
    MAX_SCORE_LOSS,
    REAL_TIME,
    REQUEST_TIMEOUT_SECONDS,
    EndpointMode,
    Joining,
    ServingEngine,
)
from autogluon_contracts.document import Document, key
from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.documents.drift_spec import DriftSpec
from autogluon_contracts.documents.new_objects import NewObjectsSpec
from autogluon_contracts.documents.processing_spec import ProcessingSpec
from autogluon_contracts.documents.script_spec import ScriptSpec
from autogluon_contracts.documents.training_spec import BudgetSpec, TrainingSpec
from autogluon_contracts.documents.tuning_spec import TuningSpec
from autogluon_contracts.jobs.transform_options import (
    LONGEST_REQUEST_SECONDS,
    MOST_IN_FLIGHT_MB,
    MOST_RETRIES,
    BatchStrategy,
    SplitType,
)

OptimizeFor = Literal["accuracy", "latency"]
BatchEngine = Literal["auto", "bulk", "transform", "pipeline"]
OnPass = Literal["approve", "wait"]
OnFail = Literal["reject", "wait"]
PipelineMode = Literal["serial", "direct"]

MOST_WEIGHT = 1000
"""The greatest weight of a variant; only the ratio to the others counts."""

# What one list of files, one volume (16 TB for data and results) and one batch are tested for.
MOST_FILES_PER_JOB = 10_000
_MOST_GB_PER_JOB = 5000
_MOST_JOBS_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class TrackingSpec:
    """Where runs are tracked besides the registry."""

    mlflow: str = key("address of an MLflow server, such as `https://mlflow.example.com`")


@dataclass(frozen=True, kw_only=True)
class QualityGate:
    """What a version must reach; without a metric (both null) every version passes."""

    metric: str | None = key("one that the run measures, by AutoGluon's name")
    minimum: float | None = key("the least value that passes, in AutoGluon's sign")
    on_pass: OnPass = key(
        "what happens to a version that passes: into service, or a person decides"
    )
    on_fail: OnFail = key("what happens to one that does not")


@dataclass(frozen=True, kw_only=True)
class ServerlessSpec:
    """What a serverless endpoint has in place of instances."""

    memory_mb: int = key("memory of one container in MB", minimum=1024, maximum=6144)
    max_concurrency: int = key("requests that are answered at once", minimum=1, maximum=200)
    provisioned_concurrency: int | None = key(
        "requests for which containers stay warm; null: none", default=None, minimum=1
    )


@dataclass(frozen=True, kw_only=True)
class ComponentSpec:
    """What a predictor on a shared endpoint has in place of instances."""

    shared_endpoint: str = key("the name of the endpoint whose instances it shares")
    copies: int = key("how many copies a promotion starts", minimum=1)
    memory_mb: int = key("memory that is reserved for each copy, in MB", minimum=128)
    cpus: float = key("processors that are reserved for each copy", minimum=0.25)


@dataclass(frozen=True, kw_only=True)
class VariantSpec:
    """A variant beside an endpoint's main one; each has a live model of its own."""

    weight: float = key(
        "its share of the requests, in relation to the others' weights",
        minimum=0,
        maximum=MOST_WEIGHT,
    )
    instance_type: str = key("what it runs on")
    initial_instance_count: int = key("how many instances it starts with", minimum=1)


@dataclass(frozen=True, kw_only=True)
class HoursSpec:
    """The hours of a week at which an endpoint is in service."""

    days: str = key("days and ranges of days", non_empty=True)
    start: str = key("when it is put into service", non_empty=True)
    end: str = key("when it is taken out of service", non_empty=True)
    timezone: str = key("the IANA time zone of both", non_empty=True)
    per_week: float = key("how many hours of a week it is in service", above=0, maximum=168)


@dataclass(frozen=True, kw_only=True)
class PipelineSpec:
    """The containers of an endpoint that has several."""

    mode: PipelineMode = key(
        "`serial`: each gets the answer of the one before; `direct`: callers choose one"
    )
    containers: tuple[str, ...] = key("their hostnames in order; `model` is the live model's")


@dataclass(frozen=True, kw_only=True)
class EndpointSpec:
    """The endpoint of a predictor and the stack that owns it."""

    name: str = key("the endpoint's name, or the component's on a shared endpoint")
    stack_name: str = key("the stack's name")
    instance_type: str | None = key(
        "what the endpoint runs on; null: it is serverless, or a component",
        default=None,
        omit_null=True,
    )
    # Absent in a spec that an earlier release deployed.
    fallback_instance_types: tuple[str, ...] = key(
        "what it runs on, in this order, where `instance_type` has no capacity", default=()
    )
    # Absent in a spec that an earlier release deployed: only `instance_type` is allowed then.
    allowed_instance_types: tuple[str, ...] = key("what a promotion may ask for", default=())
    initial_instance_count: int = key(
        "how many instances it starts with, where it has instances", default=1, minimum=1
    )
    max_initial_instance_count: int | None = key(
        "the most that a promotion may ask for; null: it cannot choose", default=None, minimum=1
    )
    promote_on_approval: bool = key(
        "whether the latest version goes live when a person approves it", default=False
    )
    promote_on_stage: str | None = key(
        "the `<stage>/<status>` in which the latest approved version goes live; null: in none",
        default=None,
        omit_null=True,
    )
    # Absent in a spec that an earlier release deployed.
    mode: EndpointMode = key(
        "how it answers: at once, into S3 (`asynchronous`), at once after a cold start "
        "(`serverless`), or while it has copies on a shared endpoint (`component`)",
        default=REAL_TIME,
    )
    serverless: ServerlessSpec | None = key(
        "null: it runs on instances", default=None, omit_null=True
    )
    component: ComponentSpec | None = key(
        "null: it has an endpoint of its own", default=None, omit_null=True
    )
    scales_to_zero: bool = key("whether it has no instance while no request waits", default=False)
    autoscaled: bool = key("whether the number of instances follows the load", default=False)
    captures: bool = key("whether rows of requests are captured", default=False, omit_default=True)
    # Absent in a spec that an earlier release deployed.
    weight: float = key("the main variant's weight", default=1.0, minimum=0, omit_default=True)
    variants: Mapping[str, VariantSpec] | None = key(
        "the variants beside the main one by name; `shadow` gets copies of requests only",
        default=None,
        omit_null=True,
    )
    hours: HoursSpec | None = key(
        "null: it is in service at all times", default=None, omit_null=True
    )
    ends: str | None = key(
        "when it goes out of service: a date, a time, or how long after its promotion; null: never",
        default=None,
        omit_null=True,
    )
    # Absent in a spec that an earlier release deployed.
    pipeline: PipelineSpec | None = key(
        "null: the model's container alone", default=None, omit_null=True
    )

    def __post_init__(self) -> None:
        if not self.allowed_instance_types and self.instance_type is not None:
            object.__setattr__(self, "allowed_instance_types", (self.instance_type,))


@dataclass(frozen=True, kw_only=True)
class ServerSpec:
    """Gunicorn's numbers, and those by which each of its workers joins and bounds requests."""

    workers: int = key("processes of the server", minimum=1, maximum=64)
    threads: int = key("requests that each worker can hold", minimum=3, maximum=1024)
    preload: bool = key("whether workers share one loaded model")
    max_batch_rows: int = key(
        "rows of concurrent requests that are predicted together",
        default=64,
        minimum=1,
        maximum=100_000,
    )
    max_wait_ms: float = key(
        "how long rows wait for requests that are still being read, in milliseconds",
        default=2.0,
        minimum=0,
        maximum=1000,
    )
    joining: Joining = key(
        "whether concurrent requests are predicted together: where that changes no bit (`auto`), "
        "or also where the last bits of networks, linear models and neighbours may differ",
        default=AUTO_JOINING,
    )
    max_queued_requests: int = key(
        "requests that may wait in each worker; the next is answered 503",
        default=128,
        minimum=1,
        maximum=1000,
    )


@dataclass(frozen=True, kw_only=True)
class ServingSpec:
    """How models answer."""

    # Defaults: absent in a spec that an earlier release deployed.
    optimize_for: OptimizeFor = key(
        "what training keeps: the best score, or the fastest model that is nearly as good",
        default=ACCURACY,
    )
    max_score_loss: float = key(
        "the share of the best validation score that `latency` may give up",
        default=MAX_SCORE_LOSS,
        minimum=0,
        maximum=LARGEST_MAX_SCORE_LOSS,
    )
    engine: ServingEngine = key(
        "what an endpoint predicts with: the direct path where it is proved equal to AutoGluon "
        "(`auto`), or AutoGluon always",
        default=AUTO_ENGINE,
    )
    request_timeout_seconds: int = key(
        "a request that waited longer is not predicted any more",
        default=REQUEST_TIMEOUT_SECONDS,
        minimum=1,
        maximum=LONGEST_ASYNC_REQUEST_SECONDS,
    )
    # Absent in a spec that an earlier release deployed.
    image_locations: tuple[str, ...] = key(
        "folders, `s3://<bucket>/<prefix>/`, below which images are that requests name by address; "
        "the bucket may be `{data_bucket}`",
        default=(),
        omit_default=True,
    )
    server: ServerSpec | None = key(
        "null for images before 1.6, whose server takes no numbers", default=None
    )


@dataclass(frozen=True, kw_only=True)
class BatchSpec:
    """How batches run; sizes in MB (10^6 bytes) and GB (10^9 bytes)."""

    instance_type: str = key("where a batch runs unless its execution chooses otherwise")
    # Absent in a spec that an earlier release deployed.
    fallback_instance_types: tuple[str, ...] = key(
        "what is tried in this order where `instance_type` has no capacity or no quota", default=()
    )
    instance_count: int = key(
        "how many instances share its files", default=1, minimum=1, maximum=100
    )
    allowed_instance_types: tuple[str, ...] = key("what an execution may ask for", default=())
    max_payload_mb: int = key(
        "size of one request of a transform job", default=6, minimum=1, maximum=MOST_IN_FLIGHT_MB
    )
    max_concurrent_transforms: int = key(
        "requests at once per instance of a transform job",
        default=1,
        minimum=1,
        maximum=MOST_IN_FLIGHT_MB,
    )
    timeout_seconds: int = key(
        "how long one request of a transform job may take",
        default=600,
        minimum=1,
        maximum=LONGEST_REQUEST_SECONDS,
    )
    # Absent in a spec that an earlier release deployed.
    max_retries: int = key(
        "how often a transform job sends a request again that failed",
        default=1,
        minimum=0,
        maximum=MOST_RETRIES,
    )
    split_type: SplitType = key(
        "how a transform job cuts files into requests: `None` sends whole files, `Line` cuts at "
        "line ends, `auto` cuts files that are larger than a request",
        default="auto",
    )
    strategy: BatchStrategy = key(
        "how many lines a request of a transform job has: `MultiRecord` as many as fit, "
        "`SingleRecord` one; both cut files at line ends unless `split_type` is `None`",
        default="auto",
    )
    transform_ami_version: str | None = key(
        "TransformAmiVersion of transform jobs; null: what the image needs",
        default=None,
        non_empty=True,
        omit_null=True,
    )
    output_path: str | None = key(
        "the `s3://` folder into which results and manifest are copied; null: they are in the "
        "run's folder alone",
        default=None,
        non_empty=True,
        omit_null=True,
    )
    output_locations: tuple[str, ...] = key(
        "the `s3://` prefixes below which an `output_path` may be", default=(), omit_default=True
    )
    engine: BatchEngine = key(
        "`bulk` (a processing job), `transform` (Batch Transform), `pipeline` (Batch Transform "
        "with the containers of the endpoint's pipeline), or a choice by model and data",
        default="auto",
    )
    max_runtime_seconds: int = key(
        "when SageMaker stops a bulk job",
        default=86_400,
        minimum=60,
        maximum=FIVE_DAYS_SECONDS,
    )
    max_files_per_job: int = key(
        "files from which on a batch is shared out to several bulk jobs",
        default=1000,
        minimum=1,
        maximum=MOST_FILES_PER_JOB,
    )
    max_gb_per_job: int = key(
        "GB from which on a batch is shared out to several bulk jobs",
        default=50,
        minimum=1,
        maximum=_MOST_GB_PER_JOB,
    )
    max_concurrent_jobs: int = key(
        "how many of those jobs run at once", default=4, minimum=1, maximum=_MOST_JOBS_AT_ONCE
    )
    # Absent in a spec that an earlier release deployed.
    local_storage_gb: Mapping[str, int] = key(
        "GB of the types with local NVMe disks, which take the place of a volume", factory=dict
    )


@dataclass(frozen=True, kw_only=True)
class HostImages:
    """AMI versions that a serving image on GPUs needs."""

    inference_ami_version: str = key("InferenceAmiVersion of endpoints")
    transform_ami_version: str = key("TransformAmiVersion of transform jobs")


@dataclass(frozen=True, kw_only=True)
class PredictorSpec(Document):
    """Everything the Lambdas know about one predictor."""

    NAME: ClassVar[str] = "spec"
    ADVICE: ClassVar[str] = "Deploy the stacks and the functions from the same release."
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    name: str = key("the predictor's name")
    type: str = key("the predictor's type, such as `tabular`")
    init_args: Mapping[str, Any] = key(
        "arguments of the predictor's constructor; without `label` each run names its own"
    )
    fit_args: Mapping[str, Any] = key("arguments of `fit`")
    image_uri: str = key("the image that trains; empty: that of `algorithm_arn`")
    # One image trains and serves since AutoGluon 1.6; before, serving has its own.
    inference_image_uri: str = key("the image that serves endpoint and batch", default="")
    framework_version: str = key("AutoGluon's version")
    # Absent in a spec that an earlier release deployed.
    data: DataReading = key("what the cells of its data files mean", factory=DataReading)
    # Absent in a spec that an earlier release deployed.
    weights: tuple[str, ...] = key(
        "names of the mirrored weights that its jobs find", default=(), omit_default=True
    )
    training: TrainingSpec = key("how training jobs run")
    # Absent in a spec that an earlier release deployed.
    tuning: TuningSpec | None = key("null: it cannot be tuned", default=None, omit_null=True)
    # Absent in a spec that an earlier release deployed.
    budget: BudgetSpec | None = key("null: unlimited", default=None, omit_null=True)
    # Absent in a spec that an earlier release deployed.
    tracking: TrackingSpec | None = key(
        "null: runs are tracked in the registry only", default=None, omit_null=True
    )
    quality_gate: QualityGate | None = key("null: a person decides on every version")
    endpoint: EndpointSpec | None = key("null: nothing is served")
    serving: ServingSpec = key("how models answer")
    batch: BatchSpec = key("how batches run")
    # Absent in a spec that an earlier release deployed.
    on_new_objects: Mapping[str, NewObjectsSpec] | None = key(
        "objects that start batches, by the setting's name", default=None, omit_null=True
    )
    # Absent in a spec that an earlier release deployed.
    drift: DriftSpec | None = key(
        "null: requests are not compared with the training data", default=None, omit_null=True
    )
    # Absent in a spec that an earlier release deployed.
    processing: Mapping[str, ProcessingSpec] | None = key(
        "its processing steps by name; null: `profile` alone", default=None, omit_null=True
    )
    # Absent in a spec that an earlier release deployed.
    script: ScriptSpec | None = key(
        "what trains and serves in AutoGluon's place; null: AutoGluon does",
        default=None,
        omit_null=True,
    )
    # Absent in a spec that an earlier release deployed.
    algorithm_version: str | None = key(
        "the version of SageMaker's algorithm that trains and serves, which the type names; null: "
        "none does",
        default=None,
        omit_null=True,
    )
    # Absent in a spec that an earlier release deployed.
    algorithm_arn: str | None = key(
        "the algorithm resource that trains and serves, in place of an image; null: none does",
        default=None,
        omit_null=True,
    )
    processing_image_uri: str | None = key(
        "the image of processing jobs, where the one that serves is for GPUs; else null",
        default=None,
        omit_null=True,
    )
    # Default: absent in a spec that an earlier release deployed.
    network_isolation: bool = key(
        "whether containers of its jobs and models run without network access", default=True
    )
    tags: Mapping[str, str] = key("tags of its jobs and models", factory=dict)
    ami: HostImages | None = key(
        "present where the serving image needs it", default=None, omit_null=True
    )

    def __post_init__(self) -> None:
        if not self.inference_image_uri:
            object.__setattr__(self, "inference_image_uri", self.image_uri)

    @property
    def runs_autogluon(self) -> bool:
        """Whether AutoGluon trains and serves it, in this project's container code."""
        return self.script is None and self.algorithm_version is None

    @property
    def transform_ami_version(self) -> str | None:
        """TransformAmiVersion of its transform jobs: that of the settings, or the image's."""
        if self.batch.transform_ami_version is not None:
            return self.batch.transform_ami_version
        return None if self.ami is None else self.ami.transform_ami_version
