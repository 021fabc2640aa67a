"""How a predictor answers in real time."""

from typing import ClassVar, Self

from pydantic import Field, model_validator

from autogluon_constructs.settings.fields import HostingInstanceType, refuse
from autogluon_constructs.settings.section import Section

_NOT_SERVERLESS = (
    "serverless endpoints are not supported yet; give instance_type and, to follow the load, "
    "autoscaling"
)


class Autoscaling(Section):
    """Target tracking on the invocations that each instance gets per minute."""

    min_capacity: int = Field(ge=1, le=1000)
    """The fewest instances."""
    max_capacity: int = Field(ge=1, le=1000)
    """The most instances."""
    target_invocations_per_instance: float = Field(gt=0, allow_inf_nan=False)
    """Invocations per instance and minute that scaling aims at."""
    scale_in_cooldown_seconds: int = Field(default=300, ge=0, le=86400)
    """Pause after instances were taken away."""
    scale_out_cooldown_seconds: int = Field(default=60, ge=0, le=86400)
    """Pause after instances were added."""

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.max_capacity < self.min_capacity:
            raise refuse(
                f"max_capacity {self.max_capacity} is below min_capacity {self.min_capacity}; "
                f"allowed: max_capacity >= {self.min_capacity}"
            )
        return self


class Endpoint(Section):
    """One variant on instances, with or without autoscaling."""

    unsupported_keys: ClassVar = {
        "serverless": _NOT_SERVERLESS,
        "serverless_config": _NOT_SERVERLESS,
        "accelerator_type": "Elastic Inference is retired; choose a GPU instance_type instead",
    }

    instance_type: HostingInstanceType
    """What the endpoint runs on."""
    initial_instance_count: int = Field(default=1, ge=1, le=1000)
    """How many instances it starts with."""
    autoscaling: Autoscaling | None = None
    """Follow the load; without it, the number of instances stays."""

    @model_validator(mode="after")
    def _starts_inside_autoscaling(self) -> Self:
        scaling = self.autoscaling
        if scaling is None:
            return self
        if not scaling.min_capacity <= self.initial_instance_count <= scaling.max_capacity:
            raise refuse(
                f"initial_instance_count {self.initial_instance_count} lies outside autoscaling's "
                f"min_capacity {scaling.min_capacity} to max_capacity {scaling.max_capacity}"
            )
        return self
