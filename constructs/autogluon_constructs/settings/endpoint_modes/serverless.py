"""Define the settings of serverless endpoints: billed by requests, without instances of yours.

What they cannot do, and their limits: SageMaker guide, "Deploy models with Amazon SageMaker
Serverless Inference" (Feature exclusions, Memory size, Concurrent invocations) and
"Invoke a serverless endpoint".
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

from pydantic import Field

from autogluon_constructs.settings.endpoint_modes.any_endpoint import AnyEndpoint
from autogluon_constructs.settings.endpoint_modes.endpoint_names import EndpointName
from autogluon_constructs.settings.endpoint_modes.scaling import Scaling
from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.section import rule
from autogluon_contracts.defaults import REQUEST_TIMEOUT_SECONDS
from autogluon_contracts.names import MAIN_VARIANT

_MOST_AT_ONCE = 200  # botocore, ServerlessMaxConcurrency and ServerlessProvisionedConcurrency

_NO_INSTANCES = (
    "a serverless endpoint has no instances to choose; leave it out and give memory_mb, which "
    "decides the processors, too"
)
_NO_COUNT = (
    "a serverless endpoint has no instances to count; leave it out and give max_concurrency, or "
    "provisioned_concurrency for what stays warm"
)
_NO_TOPICS = (
    "only asynchronous endpoints notify topics; leave it out, or use mode 'asynchronous' with an "
    "instance_type"
)
_NO_CAPTURE = (
    "SageMaker captures no data of serverless endpoints; leave it out, or use mode 'real-time' "
    "with an instance_type"
)
_ONE_VARIANT = (
    "a serverless endpoint has one variant; leave it out, or use mode 'real-time' with an "
    "instance_type"
)


@dataclass(frozen=True, kw_only=True)
class ServerlessVariant:
    """A variant without instances, as data, by the name that people call it."""

    name: str
    weight: float
    memory_mb: int
    max_concurrency: int
    provisioned_concurrency: int | None


class ProvisionedScaling(Scaling):
    """Target tracking on how much of the provisioned concurrency is in use."""

    min_capacity: int = Field(ge=1, le=_MOST_AT_ONCE)
    """The least provisioned concurrency."""
    max_capacity: int = Field(ge=1, le=_MOST_AT_ONCE)
    """The most provisioned concurrency; at most `max_concurrency`."""
    target_utilization: float = Field(default=0.7, gt=0, le=1, allow_inf_nan=False)
    """The share of the provisioned concurrency in use that scaling aims at."""

    @rule
    def _stays_provisioned(self) -> Self:
        for name, schedule in self.schedules.items():
            if schedule.min_capacity == 0:
                raise refuse(
                    f"schedules.{name}.min_capacity: got 0, and SageMaker scales provisioned "
                    "concurrency to no less than 1; allowed: at least 1"
                )
        return self


class ServerlessEndpoint(AnyEndpoint):
    """One variant that SageMaker starts at a request, and ends when there are none for a while.

    The first request after a pause waits for a cold start: the container starts and loads the
    model. `provisioned_concurrency` keeps that many warm.
    """

    unsupported_keys: ClassVar = {
        **AnyEndpoint.unsupported_keys,
        "instance_type": _NO_INSTANCES,
        "fallback_instance_types": _NO_INSTANCES,
        "allowed_instance_types": _NO_INSTANCES,
        "max_usd_per_hour": _NO_INSTANCES,
        "initial_instance_count": _NO_COUNT,
        "max_initial_instance_count": _NO_COUNT,
        "max_concurrent_invocations_per_instance": _NO_COUNT,
        "success_topic_arn": _NO_TOPICS,
        "error_topic_arn": _NO_TOPICS,
        "capture": _NO_CAPTURE,
        "data_capture": _NO_CAPTURE,
        "variants": _ONE_VARIANT,
        "update": "SageMaker's deployment guardrails are for endpoints on instances; leave it out, "
        "or use mode 'real-time'",
        "shadow": _ONE_VARIANT,
        "pipeline": "SageMaker runs no inference pipelines on serverless endpoints; leave it out, "
        "or use mode 'real-time' with an instance_type",
        "memory_size_in_mb": "it is called memory_mb here",
        "volume_size_gb": "a serverless container has 5 GB of storage, whatever its memory; leave "
        "it out, or use mode 'real-time' with an instance_type",
    }

    longest_request_seconds: ClassVar[int] = REQUEST_TIMEOUT_SECONDS
    usual_request_seconds: ClassVar[int] = REQUEST_TIMEOUT_SECONDS
    # It has no volumes; its storage is encrypted with a key of SageMaker's own.
    has_volume_key: ClassVar[bool] = False

    mode: Literal["serverless"]
    """How it answers: at once, or after a cold start."""
    name: EndpointName | None = None
    """The endpoint's name, where callers know one already; without it,
    `autogluon-<environment>-<predictor>`. Its log group keeps the retention that it has."""
    memory_mb: Literal[1024, 2048, 3072, 4096, 5120, 6144] = 4096
    """Memory of one container in MB, and its share of processors; AutoGluon and model must fit."""
    max_concurrency: int = Field(default=5, ge=1, le=_MOST_AT_ONCE)
    """Requests that are answered at once; SageMaker throttles all others."""
    provisioned_concurrency: int | None = Field(default=None, ge=1, le=_MOST_AT_ONCE)
    """Requests for which containers stay warm, billed all the time; without it, none."""
    autoscaling: ProvisionedScaling | None = None
    """Follow the load with the provisioned concurrency; without it, that stays."""
    network_isolation: bool | None = None
    """`false` where the predictor's other containers are isolated: serverless ones cannot be."""

    @property
    def own_name(self) -> str | None:
        return self.name

    @property
    def main_variant(self) -> ServerlessVariant:
        """Return the only variant."""
        return ServerlessVariant(
            name=MAIN_VARIANT,
            weight=self.weight,
            memory_mb=self.memory_mb,
            max_concurrency=self.max_concurrency,
            provisioned_concurrency=self.provisioned_concurrency,
        )

    @rule
    def _runs_where_sagemaker_says(self) -> Self:
        if self.network is not None and self.network.mode != "none":
            raise refuse(
                f"network.mode '{self.network.mode}' with mode 'serverless', which cannot run in a "
                "VPC; leave it out, give {mode: none} where the environment has a network, or use "
                "mode 'real-time'"
            )
        if self.network_isolation:
            raise refuse(
                "network_isolation true with mode 'serverless', whose containers cannot be "
                "isolated; allowed: false, or mode 'real-time'"
            )
        return self

    @rule
    def _has_no_queue(self) -> Self:
        if self.alarms is not None and self.alarms.oldest_request_seconds is not None:
            raise refuse(
                "alarms.oldest_request_seconds with mode 'serverless', whose requests do not wait "
                "in a queue; leave it out, or use concurrency_percent"
            )
        return self

    @rule
    def _provides_no_more_than_it_uses(self) -> Self:
        warm = self.provisioned_concurrency
        if warm is not None and warm > self.max_concurrency:
            raise refuse(
                f"provisioned_concurrency {warm} is above max_concurrency {self.max_concurrency}; "
                "allowed: at most that"
            )
        scaling = self.autoscaling
        if scaling is None:
            return self
        if warm is None:
            raise refuse(
                "autoscaling without provisioned_concurrency: SageMaker itself scales the rest, up "
                "to max_concurrency; leave it out, or give provisioned_concurrency"
            )
        if not scaling.min_capacity <= warm <= scaling.max_capacity:
            raise refuse(
                f"provisioned_concurrency {warm} lies outside autoscaling's min_capacity "
                f"{scaling.min_capacity} to max_capacity {scaling.max_capacity}"
            )
        bounds = {"max_capacity": scaling.max_capacity} | {
            f"schedules.{name}.max_capacity": schedule.max_capacity
            for name, schedule in scaling.schedules.items()
        }
        for path, most in bounds.items():
            if most > self.max_concurrency:
                raise refuse(
                    f"autoscaling.{path}: got {most} with max_concurrency {self.max_concurrency}; "
                    "allowed: at most that"
                )
        return self
