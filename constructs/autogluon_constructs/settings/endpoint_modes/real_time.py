"""Define the settings of real-time endpoints: each caller waits for the answer."""

from typing import ClassVar, Literal

from pydantic import Field

from autogluon_constructs.settings.endpoint_modes.instances import InstanceEndpoint, Scaling
from autogluon_contracts.defaults import REQUEST_TIMEOUT_SECONDS

_NOT_SERVERLESS = (
    "serverless endpoints are not supported yet; give instance_type and, to follow the load, "
    "autoscaling"
)


class Autoscaling(Scaling):
    """Target tracking on the invocations that each instance gets per minute."""

    target_invocations_per_instance: float = Field(gt=0, allow_inf_nan=False)
    """Invocations per instance and minute that scaling aims at."""


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
