"""A predictor's spec: its settings as the stacks wrote them to SSM, defaults filled in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autogluon_lambdas.models.documents.serving_goal import ACCURACY, DEFAULT_MAX_SCORE_LOSS
from autogluon_lambdas.models.prices import Prices

SPEC_VERSION = 1


@dataclass(frozen=True)
class TrainingSpec:
    """How training jobs run; sizes in GB, times in seconds."""

    instance_type: str
    instance_count: int
    volume_size_gb: int
    max_runtime_seconds: int
    allowed_instance_types: tuple[str, ...]
    encrypt_volume: bool
    prices: Prices


@dataclass(frozen=True)
class BatchSpec:
    """How batches run; sizes in MB (10^6 bytes), times in seconds.

    `engine` is `auto`, `bulk` or `transform`; `max_runtime_seconds` bounds a bulk job, and so do
    `max_files_per_job` and `max_gb_per_job` (10^9 bytes); the rest runs in further jobs.
    """

    instance_type: str
    instance_count: int
    allowed_instance_types: tuple[str, ...]
    max_payload_mb: int
    max_concurrent_transforms: int
    timeout_seconds: int
    engine: str
    max_runtime_seconds: int
    max_files_per_job: int
    max_gb_per_job: int
    max_concurrent_jobs: int


@dataclass(frozen=True)
class ServerSpec:
    """Gunicorn's numbers, and those that each of its workers joins and bounds requests by."""

    workers: int
    threads: int
    preload: bool
    max_batch_rows: int
    max_wait_ms: float
    max_queued_requests: int


@dataclass(frozen=True)
class ServingSpec:
    """How models answer; `server` is None where the image's server takes no numbers.

    `optimize_for` is `accuracy` or `latency`; `max_score_loss` is a share of the best score.
    """

    request_timeout_seconds: int
    server: ServerSpec | None
    optimize_for: str = ACCURACY
    max_score_loss: float = DEFAULT_MAX_SCORE_LOSS


@dataclass(frozen=True)
class QualityGate:
    """The metric that decides about a new version; `minimum` in AutoGluon's sign.

    Without a metric (both None) every version passes.
    """

    metric: str | None
    minimum: float | None
    on_pass: str
    on_fail: str


@dataclass(frozen=True)
class EndpointSpec:
    """The endpoint of a predictor and the stack that owns it.

    `max_initial_instance_count` is None where a promotion cannot choose the number.
    """

    name: str
    stack_name: str
    instance_type: str
    allowed_instance_types: tuple[str, ...]
    initial_instance_count: int
    max_initial_instance_count: int | None


@dataclass(frozen=True)
class PredictorSpec:
    """Everything the functions know about one predictor."""

    name: str
    type: str
    init_args: Mapping[str, Any]
    fit_args: Mapping[str, Any]
    image_uri: str
    inference_image_uri: str
    framework_version: str
    training: TrainingSpec
    quality_gate: QualityGate | None
    endpoint: EndpointSpec | None
    serving: ServingSpec
    batch: BatchSpec
    tags: Mapping[str, str] = field(default_factory=dict)
    transform_ami_version: str | None = None

    @classmethod
    def from_json(cls, text: str) -> "PredictorSpec":
        """Read the SSM parameter's text.

        Raises ValueError when it is not a spec of version 1.
        """
        try:
            return _parse(json.loads(text))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the spec is not complete ({error!r}); deploy it again") from error


def _parse(raw: Mapping[str, Any]) -> PredictorSpec:
    if raw.get("version") != SPEC_VERSION:
        raise ValueError(
            f"spec.version: got {raw.get('version')!r}; allowed: {SPEC_VERSION}; deploy the stacks "
            "and the functions from the same release"
        )
    gate, endpoint = raw["quality_gate"], raw["endpoint"]
    training, batch = raw["training"], raw["batch"]
    return PredictorSpec(
        name=raw["name"],
        type=raw["type"],
        init_args=dict(raw["init_args"]),
        fit_args=dict(raw["fit_args"]),
        image_uri=raw["image_uri"],
        # One image trains and serves since AutoGluon 1.6; before, serving has its own.
        inference_image_uri=raw.get("inference_image_uri", raw["image_uri"]),
        framework_version=raw["framework_version"],
        training=TrainingSpec(
            instance_type=training["instance_type"],
            instance_count=training["instance_count"],
            volume_size_gb=training["volume_size_gb"],
            max_runtime_seconds=training["max_runtime_seconds"],
            allowed_instance_types=tuple(training["allowed_instance_types"]),
            encrypt_volume=training["encrypt_volume"],
            prices=Prices.from_json(training.get("prices")),
        ),
        quality_gate=None
        if gate is None
        else QualityGate(gate["metric"], gate["minimum"], gate["on_pass"], gate["on_fail"]),
        endpoint=None if endpoint is None else _endpoint(endpoint),
        serving=_serving(raw["serving"]),
        batch=BatchSpec(
            instance_type=batch["instance_type"],
            instance_count=batch["instance_count"],
            allowed_instance_types=tuple(batch["allowed_instance_types"]),
            max_payload_mb=batch["max_payload_mb"],
            max_concurrent_transforms=batch["max_concurrent_transforms"],
            timeout_seconds=batch["timeout_seconds"],
            # Absent in a spec that an earlier release deployed.
            engine=batch.get("engine", "auto"),
            max_runtime_seconds=batch.get("max_runtime_seconds", 86_400),
            max_files_per_job=batch.get("max_files_per_job", 1000),
            max_gb_per_job=batch.get("max_gb_per_job", 50),
            max_concurrent_jobs=batch.get("max_concurrent_jobs", 4),
        ),
        tags=dict(raw["tags"]),
        transform_ami_version=(raw.get("ami") or {}).get("transform_ami_version"),
    )


def _endpoint(raw: Mapping[str, Any]) -> EndpointSpec:
    return EndpointSpec(
        name=raw["name"],
        stack_name=raw["stack_name"],
        instance_type=raw["instance_type"],
        # Absent in a spec that an earlier release deployed.
        allowed_instance_types=tuple(raw.get("allowed_instance_types", [raw["instance_type"]])),
        initial_instance_count=raw.get("initial_instance_count", 1),
        max_initial_instance_count=raw.get("max_initial_instance_count"),
    )


def _serving(raw: Mapping[str, Any]) -> ServingSpec:
    server = raw["server"]
    return ServingSpec(
        request_timeout_seconds=raw["request_timeout_seconds"],
        server=None
        if server is None
        else ServerSpec(
            workers=server["workers"],
            threads=server["threads"],
            preload=server["preload"],
            max_batch_rows=server["max_batch_rows"],
            max_wait_ms=server["max_wait_ms"],
            max_queued_requests=server["max_queued_requests"],
        ),
        # Absent in a spec that an earlier release deployed.
        optimize_for=raw.get("optimize_for", ACCURACY),
        max_score_loss=raw.get("max_score_loss", DEFAULT_MAX_SCORE_LOSS),
    )
