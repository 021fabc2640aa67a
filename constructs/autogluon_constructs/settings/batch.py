"""How a predictor scores files: by Batch Transform or by the bulk engine."""

from typing import Literal, Self

from pydantic import Field, model_validator

from autogluon_constructs.settings.fields import (
    TransformInstanceType,
    TransformInstanceTypes,
    refuse,
)
from autogluon_constructs.settings.section import Section

_MAX_IN_FLIGHT_MB = 100  # SageMaker: MaxConcurrentTransforms x MaxPayloadInMB.

# What one list of files, one volume (16 TB for data and results) and one batch are tested for.
_MOST_FILES_PER_JOB = 10_000
_MOST_GB_PER_JOB = 5000
_MOST_JOBS_AT_ONCE = 1000

_FIVE_DAYS = 5 * 24 * 3600  # SageMaker's default quota for the run time of a processing job.


class Batch(Section):
    """Defaults of a batch.

    `engine`: `bulk` (a processing job on all cores), `transform` (Batch Transform), or `auto`,
    which chooses by the model and the data. `timeout_seconds` is for one request of up to one
    payload of a transform job; `max_runtime_seconds` is for one bulk job.

    A bulk batch of more than `max_files_per_job` files or `max_gb_per_job` GB (10^9 bytes) is
    shared out to several jobs, of which `max_concurrent_jobs` run at once.
    """

    engine: Literal["auto", "bulk", "transform"] = "auto"
    """`bulk` (a processing job), `transform` (Batch Transform), or a choice by model and data."""

    instance_type: TransformInstanceType = "ml.m5.large"
    """Where a batch runs unless its execution chooses otherwise."""
    instance_count: int = Field(default=1, ge=1, le=100)
    """How many instances share its files."""
    allowed_instance_types: TransformInstanceTypes = ()
    """What an execution may ask for besides `instance_type`."""
    max_payload_mb: int = Field(default=6, ge=1, le=_MAX_IN_FLIGHT_MB)
    """Size of one request of a transform job."""
    max_concurrent_transforms: int = Field(default=1, ge=1, le=_MAX_IN_FLIGHT_MB)
    """Requests at once per instance of a transform job."""
    timeout_seconds: int = Field(default=600, ge=1, le=3600)
    """How long one request of a transform job may take."""
    max_runtime_seconds: int = Field(default=86_400, ge=60, le=_FIVE_DAYS)
    """When SageMaker stops a bulk job."""
    max_files_per_job: int = Field(default=1000, ge=1, le=_MOST_FILES_PER_JOB)
    """Files from which on a batch is shared out to several bulk jobs."""
    max_gb_per_job: int = Field(default=50, ge=1, le=_MOST_GB_PER_JOB)
    """GB (10^9 bytes) from which on a batch is shared out to several bulk jobs."""
    max_concurrent_jobs: int = Field(default=4, ge=1, le=_MOST_JOBS_AT_ONCE)
    """How many of those jobs run at once."""

    @property
    def all_instance_types(self) -> tuple[str, ...]:
        """The default first, then the others that an execution may ask for."""
        return tuple(dict.fromkeys((self.instance_type, *self.allowed_instance_types)))

    @model_validator(mode="after")
    def _fits_in_flight(self) -> Self:
        in_flight_mb = self.max_payload_mb * self.max_concurrent_transforms
        if in_flight_mb > _MAX_IN_FLIGHT_MB:
            raise refuse(
                f"max_payload_mb {self.max_payload_mb} x max_concurrent_transforms "
                f"{self.max_concurrent_transforms} is {in_flight_mb} MB in flight; "
                f"SageMaker allows {_MAX_IN_FLIGHT_MB}"
            )
        return self
