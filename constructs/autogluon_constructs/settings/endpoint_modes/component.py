"""Define the settings of components: predictors that share the instances of one endpoint.

What a component is: SageMaker API Reference, CreateInferenceComponent and
InferenceComponentComputeResourceRequirements; how it scales: SageMaker guide, "Scale an endpoint to
zero instances".
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from autogluon_constructs.settings.endpoint_modes.any_endpoint import AnyEndpoint
from autogluon_constructs.settings.endpoint_modes.scaling import Scaling
from autogluon_constructs.settings.fields import NAME, refuse
from autogluon_constructs.settings.section import rule
from autogluon_contracts.defaults import REQUEST_TIMEOUT_SECONDS
from autogluon_contracts.wording import listed

SharedEndpointName = Annotated[str, Field(pattern=NAME, max_length=30)]

_MOST_COPIES = 100
_TARGETS = ("target_invocations_per_copy", "target_concurrent_requests_per_copy")
_OF_THE_SHARED_ONE = (
    "its shared endpoint has the instances; leave it out, and give it in shared_endpoints"
)
_COPIES = "a component has copies instead of instances; leave it out and give copies"
_NO_TOPICS = (
    "only asynchronous endpoints notify topics; leave it out, or use mode 'asynchronous' with an "
    "instance_type"
)
_ONE_VARIANT = (
    "not supported with mode 'component' yet; leave it out, or use mode 'real-time' with an "
    "instance_type"
)
_NO_ACCELERATORS = (
    "accelerators are not supported with mode 'component' yet; leave it out, or use mode "
    "'real-time' with a GPU instance_type"
)
_OF_OTHER_MODES = ("oldest_request_seconds", "concurrency_percent", "model_setup_ms")


class CopyScaling(Scaling):
    """Target tracking on what copies get; down to none.

    A component that has scaled in to no copy starts one as soon as a request is refused.
    """

    min_capacity: int = Field(default=1, ge=0, le=_MOST_COPIES)
    """The fewest copies; with 0, a predictor without requests keeps no instance running."""
    max_capacity: int = Field(ge=1, le=_MOST_COPIES)
    """The most copies."""
    target_invocations_per_copy: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Invocations per copy and minute that scaling aims at."""
    target_concurrent_requests_per_copy: float | None = Field(
        default=None, gt=0, allow_inf_nan=False
    )
    """Requests in progress per copy, counted every 10 seconds, that scaling aims at."""

    @rule
    def _has_a_target(self) -> Self:
        if not any(getattr(self, name) for name in _TARGETS):
            raise refuse(f"no target; allowed: one or more of {listed(_TARGETS)}")
        return self


class ComponentEndpoint(AnyEndpoint):
    """An inference component on one of the environment's `shared_endpoints`.

    Each promotion starts `copies` of the new version beside those before, which proves that it
    loads; scaling goes on from there.
    """

    unsupported_keys: ClassVar = {
        **AnyEndpoint.unsupported_keys,
        **dict.fromkeys(
            (
                "instance_type",
                "fallback_instance_types",
                "allowed_instance_types",
                "max_usd_per_hour",
                "min_instances",
                "max_instances",
                "routing",
                "network_isolation",
            ),
            _OF_THE_SHARED_ONE,
        ),
        "initial_instance_count": _COPIES,
        "max_initial_instance_count": _COPIES,
        "max_concurrent_invocations_per_instance": _COPIES,
        "success_topic_arn": _NO_TOPICS,
        "error_topic_arn": _NO_TOPICS,
        "capture": _ONE_VARIANT,
        "data_capture": _ONE_VARIANT,
        "variants": _ONE_VARIANT,
        "shadow": _ONE_VARIANT,
        "update": "not supported with mode 'component' yet; leave it out, or use mode 'real-time' "
        "with an instance_type",
        "pipeline": "an inference component has one container; leave it out, or use mode "
        "'real-time' with an instance_type",
        "accelerators": _NO_ACCELERATORS,
        "name": "a component's name is this project's; leave it out, or use mode 'real-time' with "
        "an instance_type",
        "min_copies": "give autoscaling with min_capacity and max_capacity instead",
        "max_copies": "give autoscaling with min_capacity and max_capacity instead",
    }

    longest_request_seconds: ClassVar[int] = REQUEST_TIMEOUT_SECONDS
    usual_request_seconds: ClassVar[int] = REQUEST_TIMEOUT_SECONDS

    mode: Literal["component"]
    """How it answers: at once, while it has copies."""
    shared_endpoint: SharedEndpointName
    """The shared endpoint, by its name in `shared_endpoints`."""
    copies: int = Field(default=1, ge=1, le=_MOST_COPIES)
    """How many copies a promotion starts."""
    memory_mb: int = Field(default=1024, ge=128, le=4_000_000)
    """The memory in MB that SageMaker reserves for each copy on an instance."""
    cpus: float = Field(default=1.0, ge=0.25, le=1000, allow_inf_nan=False)
    """The processors that it reserves for each copy; also the server's workers, rounded down."""
    autoscaling: CopyScaling | None = None
    """Follow the load; without it, the number of copies stays."""

    @rule
    def _is_where_its_endpoint_is(self) -> Self:
        if self.network is not None:
            raise refuse(
                "network with mode 'component'; its shared endpoint decides the network; leave it "
                "out, and give it in shared_endpoints"
            )
        return self

    @rule
    def _watches_what_it_has(self) -> Self:
        for name in _OF_OTHER_MODES:
            if self.alarms is not None and getattr(self.alarms, name) is not None:
                raise refuse(
                    f"alarms.{name} with mode 'component', which has no such metric; leave it out"
                )
        return self

    @rule
    def _starts_inside_autoscaling(self) -> Self:
        scaling = self.autoscaling
        if scaling is None:
            return self
        if not scaling.min_capacity <= self.copies <= scaling.max_capacity:
            raise refuse(
                f"copies {self.copies} lies outside autoscaling's min_capacity "
                f"{scaling.min_capacity} to max_capacity {scaling.max_capacity}"
            )
        return self
