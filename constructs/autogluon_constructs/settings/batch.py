"""How a predictor scores files by Batch Transform."""

from typing import Self

from pydantic import Field, model_validator

from autogluon_constructs.settings.fields import (
    TransformInstanceType,
    TransformInstanceTypes,
    refuse,
)
from autogluon_constructs.settings.section import Section

_MAX_IN_FLIGHT_MB = 100  # SageMaker: MaxConcurrentTransforms x MaxPayloadInMB.


class Batch(Section):
    """Defaults of a transform job. `timeout_seconds` is for one request of up to one payload."""

    instance_type: TransformInstanceType = "ml.m5.large"
    instance_count: int = Field(default=1, ge=1, le=100)
    allowed_instance_types: TransformInstanceTypes = ()
    max_payload_mb: int = Field(default=6, ge=1, le=_MAX_IN_FLIGHT_MB)
    max_concurrent_transforms: int = Field(default=1, ge=1, le=_MAX_IN_FLIGHT_MB)
    timeout_seconds: int = Field(default=600, ge=1, le=3600)

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
