"""Define the settings of real-time endpoints: each caller waits for the answer."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.settings.endpoint_modes.capture import Capture
from autogluon_constructs.settings.endpoint_modes.instances import InstanceEndpoint
from autogluon_constructs.settings.endpoint_modes.scaling import Scaling
from autogluon_constructs.settings.fields import refuse
from autogluon_contracts.defaults import REQUEST_TIMEOUT_SECONDS
from autogluon_contracts.wording import listed

_NOT_SERVERLESS = (
    "a serverless endpoint is a mode of its own: give mode 'serverless' with memory_mb and "
    "max_concurrency, without instance_type"
)

_TARGETS = (
    "target_invocations_per_instance",
    "target_concurrent_requests_per_instance",
    "target_cpu_percent",
)


class Autoscaling(Scaling):
    """Target tracking on what instances get or use.

    With several targets, instances are added if one of them is exceeded, and removed if all of them
    are undercut.
    """

    target_invocations_per_instance: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Invocations per instance and minute that scaling aims at."""
    target_concurrent_requests_per_instance: float | None = Field(
        default=None, gt=0, allow_inf_nan=False
    )
    """Requests in progress per instance, counted every 10 seconds, that scaling aims at."""
    target_cpu_percent: float | None = Field(default=None, gt=0, le=100)
    """How busy an instance's processors are to be, in percent of all its vCPUs."""

    @model_validator(mode="after")
    def _has_a_target(self) -> Self:
        if not any(getattr(self, name) for name in _TARGETS):
            raise refuse(f"no target; allowed: one or more of {listed(_TARGETS)}")
        return self

    @model_validator(mode="after")
    def _always_answers(self) -> Self:
        for name, schedule in self.schedules.items():
            if schedule.min_capacity == 0:
                raise refuse(
                    f"schedules.{name}.min_capacity: got 0 with mode 'real-time', which needs an "
                    "instance; allowed: at least 1, or mode 'asynchronous'"
                )
        return self


class RealTimeEndpoint(InstanceEndpoint):
    """One variant on instances, with or without autoscaling.

    A promotion may choose other instances within `allowed_instance_types` and
    `max_initial_instance_count`; they stay until a promotion says otherwise or ends the endpoint.
    """

    unsupported_keys: ClassVar = {
        **InstanceEndpoint.unsupported_keys,
        "serverless": _NOT_SERVERLESS,
        "serverless_config": _NOT_SERVERLESS,
    }
    longest_request_seconds: ClassVar[int] = REQUEST_TIMEOUT_SECONDS
    usual_request_seconds: ClassVar[int] = REQUEST_TIMEOUT_SECONDS

    mode: Literal["real-time"] = "real-time"
    """How it answers: at once."""
    autoscaling: Autoscaling | None = None
    """Follow the load; without it, the number of instances stays."""
    capture: Capture | None = None
    """Store samples of requests and answers; without it, nothing is stored."""

    @property
    def captured(self) -> Capture | None:
        """Return what is captured."""
        return self.capture

    @model_validator(mode="after")
    def _has_no_queue(self) -> Self:
        if self.alarms is not None and self.alarms.oldest_request_seconds is not None:
            raise refuse(
                "alarms.oldest_request_seconds with mode 'real-time', whose requests do not wait "
                "in a queue; leave it out, or use overhead_ms"
            )
        return self

    @model_validator(mode="after")
    def _knows_its_processors(self) -> Self:
        scaling = self.autoscaling
        if scaling is None or scaling.target_cpu_percent is None:
            return self
        own, *others = (instance_types()[name] for name in self.all_instance_types)
        for other in others:
            # SageMaker sums the percentages of all cores, and the policy has one target.
            if other.vcpus != own.vcpus:
                raise refuse(
                    f"autoscaling.target_cpu_percent with '{other.name}' ({other.vcpus} vCPUs) "
                    f"beside '{own.name}' ({own.vcpus}) in allowed_instance_types; allowed: types "
                    "with as many vCPUs, or another target"
                )
        return self
