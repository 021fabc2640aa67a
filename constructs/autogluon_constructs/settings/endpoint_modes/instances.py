"""Define the settings that all endpoints on instances share."""

from typing import Self

from pydantic import Field

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.settings.endpoint_modes.any_endpoint import AnyEndpoint
from autogluon_constructs.settings.endpoint_modes.endpoint_names import EndpointName
from autogluon_constructs.settings.endpoint_modes.instance_variant import InstanceVariant
from autogluon_constructs.settings.endpoint_modes.updates import AnyUpdate, Update
from autogluon_constructs.settings.fields import (
    HostingFallbacks,
    HostingInstanceType,
    HostingInstanceTypes,
    MaxPrice,
    refuse,
)
from autogluon_constructs.settings.section import rule
from autogluon_contracts.names import MAIN_VARIANT

_ALARMS_WITHOUT_INSTANCES = ("concurrency_percent", "model_setup_ms")
_MOST_CHOICES = 100  # a mapping of a CloudFormation template has at most 200 keys


class InstanceEndpoint(AnyEndpoint):
    """One variant on instances, whose number may follow the load."""

    name: EndpointName | None = None
    """The endpoint's name, where callers know one already; without it,
    `autogluon-<environment>-<predictor>`. Its log group keeps the retention that it has."""
    instance_type: HostingInstanceType
    """What the endpoint runs on."""
    fallback_instance_types: HostingFallbacks = ()
    """What it runs on, in this order, where `instance_type` has no capacity."""
    max_usd_per_hour: MaxPrice | None = None
    """The most that an hour of one instance may cost, of any of these types, by list price."""
    initial_instance_count: int = Field(default=1, ge=1, le=1000)
    """How many instances it starts with."""
    allowed_instance_types: HostingInstanceTypes = ()
    """What a promotion may ask for besides `instance_type`."""
    max_initial_instance_count: int | None = Field(default=None, ge=1, le=_MOST_CHOICES)
    """The most instances that a promotion may ask for; if left out, it cannot ask."""
    update: AnyUpdate | None = None
    """How promotions move requests to new instances; without it, all at once and unwatched."""

    @property
    def own_name(self) -> str | None:
        return self.name

    @property
    def all_instance_types(self) -> tuple[str, ...]:
        """Return the default first, then its fallbacks, a promotion's choices, other variants'."""
        beside = (variant.instance_type for variant in self.variants_beside)
        others = (*self.fallback_instance_types, *self.allowed_instance_types, *beside)
        return tuple(dict.fromkeys((self.instance_type, *others)))

    @property
    def watched_update(self) -> Update | None:
        update = self.update
        return update if update is not None and update.is_watched else None

    @property
    def updated_instances(self) -> tuple[int, int]:
        """Return the fewest and the most instances that an update may begin to replace them with.

        An update starts as many as the settings say, unless the mode keeps what scaling reached.
        """
        return self.initial_instance_count, self.initial_instance_count

    @property
    def has_volume_key(self) -> bool:
        """Return whether its disks are volumes, which take the environment's key.

        SageMaker refuses a key on types with local NVMe, which encrypt their disks anyway.
        """
        return not instance_types()[self.instance_type].has_local_nvme

    @property
    def main_variant(self) -> InstanceVariant:
        """Return the variant that exists while the endpoint does."""
        return InstanceVariant(
            name=MAIN_VARIANT,
            weight=self.weight,
            instance_type=self.instance_type,
            fallback_instance_types=self.fallback_instance_types,
            allowed_instance_types=self.allowed_instance_types,
            initial_instance_count=self.initial_instance_count,
            max_initial_instance_count=self.max_initial_instance_count,
        )

    @rule
    def _watches_what_it_has(self) -> Self:
        for name in _ALARMS_WITHOUT_INSTANCES:
            if self.alarms is not None and getattr(self.alarms, name) is not None:
                raise refuse(
                    f"alarms.{name}: only serverless endpoints have its metric; leave it out, or "
                    "use mode 'serverless'"
                )
        return self

    @rule
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

    @rule
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

    @rule
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

    @rule
    def _is_updated_as_sagemaker_can(self) -> Self:
        if self.update is None:
            return self
        if self.variants_beside:
            # SageMaker guide, "Deployment guardrails", Exclusions: the configurations before and
            # after have to have the same variants, and rolling updates have one.
            raise refuse(
                "update with variants or shadow: SageMaker watches updates only where the variants "
                "stay the same, and promotions add and remove them; leave one of them out"
            )
        if self.update.step is not None and self.max_initial_instance_count is not None:
            raise refuse(
                f"max_initial_instance_count with update.strategy '{self.update.strategy}' is not "
                "supported yet: a promotion could choose too few instances for a step; leave it out"
            )
        fewest, most = self.updated_instances
        problems = list(self.update.problems(fewest, most))
        if problems:
            raise refuse("\n".join(problems))
        return self
