"""Define the settings of real-time endpoints: each caller waits for the answer."""

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.settings.endpoint_modes.capture import Capture
from autogluon_constructs.settings.endpoint_modes.instance_variant import InstanceVariant
from autogluon_constructs.settings.endpoint_modes.instances import InstanceEndpoint
from autogluon_constructs.settings.endpoint_modes.pipeline import Pipeline, PipelineContainer
from autogluon_constructs.settings.endpoint_modes.scaling import Scaling
from autogluon_constructs.settings.endpoint_modes.steps import StepScaling
from autogluon_constructs.settings.endpoint_modes.variants import (
    Shadow,
    Variant,
    VariantName,
    variant_problems,
)
from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.section import rule
from autogluon_contracts.defaults import REQUEST_TIMEOUT_SECONDS
from autogluon_contracts.names import MAIN_VARIANT, SHADOW_VARIANT
from autogluon_contracts.wording import listed

_NOT_SERVERLESS = (
    "a serverless endpoint is a mode of its own: give mode 'serverless' with memory_mb and "
    "max_concurrency, without instance_type"
)
_NOT_ASYNCHRONOUS = (
    "only asynchronous endpoints have a queue and notify topics; leave it out, or give mode "
    "'asynchronous'"
)
_NO_COMPONENT = (
    "only components share an endpoint and have copies; leave it out, or give mode 'component' "
    "without instance_type"
)

_TARGETS = (
    "target_invocations_per_instance",
    "target_concurrent_requests_per_instance",
    "target_cpu_percent",
)


class Autoscaling(Scaling):
    """Target tracking on what instances get or use, step scaling, or both.

    With several targets, instances are added if one of them is exceeded, and removed if all of them
    are undercut. With targets and steps, the larger number of instances counts.
    """

    target_invocations_per_instance: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Invocations per instance and minute that scaling aims at."""
    target_concurrent_requests_per_instance: float | None = Field(
        default=None, gt=0, allow_inf_nan=False
    )
    """Requests in progress per instance, counted every 10 seconds, that scaling aims at."""
    target_cpu_percent: float | None = Field(default=None, gt=0, le=100)
    """How busy an instance's processors are to be, in percent of all its vCPUs."""
    steps: StepScaling | None = None
    """How many instances to add and to remove at which values of a metric."""

    @property
    def follows_processors(self) -> bool:
        """Return whether it depends on how busy processors are."""
        has_steps = self.steps is not None and self.steps.metric == "cpu_percent"
        return has_steps or self.target_cpu_percent is not None

    @rule
    def _has_a_target(self) -> Self:
        if self.steps is None and not any(getattr(self, name) for name in _TARGETS):
            raise refuse(f"no target; allowed: one or more of {listed((*_TARGETS, 'steps'))}")
        return self

    @rule
    def _always_answers(self) -> Self:
        for name, schedule in self.schedules.items():
            if schedule.min_capacity == 0:
                raise refuse(
                    f"schedules.{name}.min_capacity: got 0 with mode 'real-time', which needs an "
                    "instance; allowed: at least 1, or mode 'asynchronous'"
                )
        return self


class RealTimeEndpoint(InstanceEndpoint):
    """Variants on instances, with or without autoscaling: one, or several side by side.

    A promotion may choose other instances within `allowed_instance_types` and
    `max_initial_instance_count`; they stay until a promotion says otherwise or ends the endpoint.
    """

    unsupported_keys: ClassVar = {
        **InstanceEndpoint.unsupported_keys,
        "serverless": _NOT_SERVERLESS,
        "serverless_config": _NOT_SERVERLESS,
        "serverless_inference_config": _NOT_SERVERLESS,
        "memory_mb": _NOT_SERVERLESS,
        "max_concurrency": _NOT_SERVERLESS,
        "provisioned_concurrency": _NOT_SERVERLESS,
        "async_inference_config": _NOT_ASYNCHRONOUS,
        "max_concurrent_invocations_per_instance": _NOT_ASYNCHRONOUS,
        "success_topic_arn": _NOT_ASYNCHRONOUS,
        "error_topic_arn": _NOT_ASYNCHRONOUS,
        "shared_endpoint": _NO_COMPONENT,
        "copies": _NO_COMPONENT,
        "data_capture_config": "it is called capture here, such as capture: {percentage: 10}",
        "deployment_config": "it is called update here, such as update: {strategy: all-at-once}",
        "initial_variant_weight": "give variants, each with its weight",
        "production_variants": "it is called variants here: a weight for each, by name",
        "shadow_production_variants": "it is called shadow here, such as shadow: {}",
    }
    longest_request_seconds: ClassVar[int] = REQUEST_TIMEOUT_SECONDS
    usual_request_seconds: ClassVar[int] = REQUEST_TIMEOUT_SECONDS

    mode: Literal["real-time"] = "real-time"
    """How it answers: at once."""
    autoscaling: Autoscaling | None = None
    """Follow the load; without it, the number of instances stays."""
    capture: Capture | None = None
    """Store samples of requests and answers; without it, nothing is stored."""
    variants: Mapping[VariantName, Variant] = Field(default_factory=dict)
    """Versions that answer side by side, by name; `main` is the one that the others are beside."""
    shadow: Shadow | None = None
    """A version that gets copies of all requests, and whose answers are dropped."""
    pipeline: Pipeline | None = None
    """Containers of your own before, behind or beside the model's; without it, the model alone."""

    @property
    def captured(self) -> Capture | None:
        """Return what is captured."""
        return self.capture

    @property
    def updated_instances(self) -> tuple[int, int]:
        scaling = self.autoscaling
        if scaling is None:
            return super().updated_instances
        # Updates keep the number that scaling has reached.
        fewest, most = scaling.bounds
        return min(fewest, self.initial_instance_count), max(most, self.initial_instance_count)

    @property
    def own_containers(self) -> Mapping[str, PipelineContainer]:
        return {} if self.pipeline is None else self.pipeline.own_containers

    @property
    def has_series(self) -> bool:
        return self.pipeline is not None and self.pipeline.mode == "serial"

    @property
    def weight(self) -> float:
        main = self.variants.get(MAIN_VARIANT)
        return 1 if main is None else main.weight

    @property
    def variants_beside(self) -> tuple[InstanceVariant, ...]:
        found = [
            self._beside(name, each, each.weight)
            for name, each in self.variants.items()
            if name != MAIN_VARIANT
        ]
        if self.shadow is not None:
            # As heavy as the one variant that it copies: it gets all of its requests.
            found.append(self._beside(SHADOW_VARIANT, self.shadow, self.weight))
        return tuple(found)

    def _beside(self, name: str, section: Variant | Shadow, weight: float) -> InstanceVariant:
        return InstanceVariant(
            name=name,
            weight=weight,
            instance_type=section.instance_type or self.instance_type,
            fallback_instance_types=(),
            allowed_instance_types=(),
            initial_instance_count=section.initial_instance_count or self.initial_instance_count,
            max_initial_instance_count=None,
        )

    @rule
    def _has_variants_that_sagemaker_takes(self) -> Self:
        for problem in variant_problems(self.variants):
            raise refuse(problem)
        if self.variants and self.shadow is not None:
            raise refuse(
                "shadow with variants: SageMaker copies the requests of an endpoint's only "
                "variant; leave one of them out"
            )
        if self.shadow is not None and self.capture is not None:
            raise refuse("capture with shadow is not supported yet; leave one of them out")
        if self.variants_beside and self.fallback_instance_types:
            raise refuse(
                "fallback_instance_types with variants or shadow is not supported yet; leave one "
                "of them out"
            )
        return self

    @rule
    def _has_a_pipeline_that_sagemaker_hosts(self) -> Self:
        if self.pipeline is None:
            return self
        if self.shadow is not None:
            # SageMaker guide, shadow tests, "Exclusions": multiple-containers endpoints.
            raise refuse(
                "pipeline with shadow: SageMaker has no shadows of models with several "
                "containers; leave one of them out"
            )
        if self.capture is not None and self.pipeline.mode == "direct":
            raise refuse(
                "capture with pipeline.mode 'direct' is not supported yet; leave capture out, or "
                "use mode 'serial'"
            )
        return self

    @rule
    def _starts_every_variant_inside_autoscaling(self) -> Self:
        scaling = self.autoscaling
        for variant in self.variants_beside:
            count = variant.initial_instance_count
            if scaling is None or variant.is_shadow:
                continue
            if not scaling.min_capacity <= count <= scaling.max_capacity:
                raise refuse(
                    f"variants.{variant.name}.initial_instance_count {count} lies outside "
                    f"autoscaling's min_capacity {scaling.min_capacity} to max_capacity "
                    f"{scaling.max_capacity}, which hold for each variant"
                )
        return self

    @rule
    def _has_no_queue(self) -> Self:
        if self.alarms is not None and self.alarms.oldest_request_seconds is not None:
            raise refuse(
                "alarms.oldest_request_seconds with mode 'real-time', whose requests do not wait "
                "in a queue; leave it out, or use overhead_ms"
            )
        return self

    @rule
    def _knows_its_processors(self) -> Self:
        scaling = self.autoscaling
        if scaling is None or not scaling.follows_processors:
            return self
        own, *others = (instance_types()[name] for name in self.all_instance_types)
        for other in others:
            # SageMaker sums the percentages of all cores, and a policy has one target.
            if other.vcpus != own.vcpus:
                raise refuse(
                    f"autoscaling by processors with '{other.name}' ({other.vcpus} vCPUs) "
                    f"beside '{own.name}' ({own.vcpus}) in allowed_instance_types or variants; "
                    "allowed: types with as many vCPUs, or another target"
                )
        return self
