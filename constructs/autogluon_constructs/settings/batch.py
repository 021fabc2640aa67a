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

_FIVE_DAYS = 5 * 24 * 3600  # SageMaker's default quota for the run time of a processing job.


class Batch(Section):
    """Defaults of a batch.

    `engine`: `bulk` (a processing job on all cores), `transform` (Batch Transform), or `auto`,
    which chooses by the model and the data. `timeout_seconds` is for one request of up to one
    payload of a transform job; `max_runtime_seconds` is for a whole bulk job.
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
