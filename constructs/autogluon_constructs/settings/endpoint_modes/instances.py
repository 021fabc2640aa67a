"""Define the settings that all endpoints on instances share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import Field, model_validator

from autogluon_constructs.settings.alarms import EndpointAlarms
from autogluon_constructs.settings.endpoint_modes.capture import Capture
from autogluon_constructs.settings.fields import (
    HostingFallbacks,
    HostingInstanceType,
    HostingInstanceTypes,
    MaxPrice,
    refuse,
)
from autogluon_constructs.settings.network import EndpointNetwork
from autogluon_constructs.settings.schedules.times import (
    RepeatedExpression,
    ScheduleName,
    TimeZone,
)
from autogluon_constructs.settings.section import Section
from autogluon_contracts.names import VARIANT

_MOST_CHOICES = 100  # a mapping of a CloudFormation template has at most 200 keys


@dataclass(frozen=True, kw_only=True)
class InstanceVariant:
    """A production variant on instances, as data.

    `max_initial_instance_count` is None where a promotion cannot choose the number.
    """

    name: str
    weight: float
    instance_type: str
    fallback_instance_types: tuple[str, ...]
    allowed_instance_types: tuple[str, ...]
    initial_instance_count: int
    max_initial_instance_count: int | None


class CapacitySchedule(Section):
    """Other bounds of scaling, from a repeated time on, until another schedule changes them."""

    expression: RepeatedExpression
    """When, such as `cron(0 8 ? * MON-FRI *)`."""
    timezone: TimeZone = "UTC"
    """The IANA time zone of `expression`; daylight saving time is followed."""
    min_capacity: int = Field(ge=0, le=1000)
    """The fewest instances from then on."""
    max_capacity: int = Field(ge=1, le=1000)
    """The most instances from then on."""

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        _require_room(self.min_capacity, self.max_capacity)
        return self


class Scaling(Section):
    """Between how many instances an endpoint scales, and how long it waits in between."""

    min_capacity: int = Field(ge=1, le=1000)
    """The fewest instances."""
    max_capacity: int = Field(ge=1, le=1000)
    """The most instances."""
    scale_in_cooldown_seconds: int = Field(default=300, ge=0, le=86400)
    """Pause after instances were removed."""
    scale_out_cooldown_seconds: int = Field(default=60, ge=0, le=86400)
    """Pause after instances were added."""

    schedules: Mapping[ScheduleName, CapacitySchedule] = Field(default_factory=dict)
    """Times at which other bounds begin to hold, by name."""

    @property
    def reaches_zero(self) -> bool:
        """Return whether scaling may remove all instances: always, or from a scheduled time on."""
        later = (schedule.min_capacity for schedule in self.schedules.values())
        return 0 in (self.min_capacity, *later)

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        _require_room(self.min_capacity, self.max_capacity)
        return self


def _require_room(fewest: int, most: int) -> None:
    if most < fewest:
        raise refuse(
            f"max_capacity {most} is below min_capacity {fewest}; allowed: max_capacity >= {fewest}"
        )


class InstanceEndpoint(Section):
    """One variant on instances, whose number may follow the load."""

    unsupported_keys: ClassVar = {
        "accelerator_type": "Elastic Inference is retired; choose a GPU instance_type instead",
    }

    longest_request_seconds: ClassVar[int]
    """How long the container may take for a request at most."""
    usual_request_seconds: ClassVar[int]
    """The same, where the settings of serving say nothing."""
    answers_into_s3: ClassVar[bool] = False
    """Whether the endpoint's role writes answers."""

    instance_type: HostingInstanceType
    """What the endpoint runs on."""
    fallback_instance_types: HostingFallbacks = ()
    """What it runs on, in this order, where `instance_type` has no capacity."""
    max_usd_per_hour: MaxPrice | None = None
    """The most that an hour of one instance may cost, of any of these types, by list price."""
    initial_instance_count: int = Field(default=1, ge=1, le=1000)
    """How many instances it starts with."""
    autoscaling: Scaling | None = None
    """Follow the load; without it, the number of instances stays."""
    allowed_instance_types: HostingInstanceTypes = ()
    """What a promotion may ask for besides `instance_type`."""
    network: EndpointNetwork | None = None
    """Another network than the environment's."""
    max_initial_instance_count: int | None = Field(default=None, ge=1, le=_MOST_CHOICES)
    """The most instances that a promotion may ask for; if left out, it cannot ask."""
    promote_on_approval: bool = False
    """Whether the latest version goes live when a person or a program approves it."""
    alarms: EndpointAlarms | None = None
    """Alarms of this endpoint, instead of the environment's `alarms.endpoints`."""

    @property
    def schedules_capacity(self) -> bool:
        """Return whether the bounds of scaling change at given times."""
        return self.autoscaling is not None and bool(self.autoscaling.schedules)

    @property
    def captured(self) -> Capture | None:
        """Return what is captured: nothing, where the mode has no such setting."""
        return None

    @property
    def topic_arns(self) -> tuple[str, ...]:
        """Return the topics that the endpoint's role publishes to."""
        return ()

    @property
    def all_instance_types(self) -> tuple[str, ...]:
        """Return the default first, then its fallbacks and what a promotion may ask for."""
        others = (*self.fallback_instance_types, *self.allowed_instance_types)
        return tuple(dict.fromkeys((self.instance_type, *others)))

    @property
    def variants(self) -> tuple[InstanceVariant, ...]:
        """Return what the endpoint's configuration holds."""
        return (
            InstanceVariant(
                name=VARIANT,
                weight=1,
                instance_type=self.instance_type,
                fallback_instance_types=self.fallback_instance_types,
                allowed_instance_types=self.allowed_instance_types,
                initial_instance_count=self.initial_instance_count,
                max_initial_instance_count=self.max_initial_instance_count,
            ),
        )

    @model_validator(mode="after")
    def _falls_back_where_sagemaker_chooses(self) -> Self:
        if not self.fallback_instance_types:
            return self
        if self.allowed_instance_types:
            raise refuse(
                "fallback_instance_types with allowed_instance_types: SageMaker chooses among the "
                "first, a promotion among the second; leave one of them out"
            )
        if self.autoscaling is not None:
            raise refuse(
                "fallback_instance_types with autoscaling is not supported yet; leave one of them "
                "out"
            )
        return self

    @model_validator(mode="after")
    def _can_start_as_many_as_it_says(self) -> Self:
        most = self.max_initial_instance_count
        if most is None:
            return self
        if self.autoscaling is not None:
            raise refuse(
                f"max_initial_instance_count {most} with autoscaling, whose max_capacity bounds "
                "the number of instances; leave it out"
            )
        if most < self.initial_instance_count:
            raise refuse(
                f"max_initial_instance_count {most} is below initial_instance_count "
                f"{self.initial_instance_count}; allowed: at least that"
            )
        return self

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
