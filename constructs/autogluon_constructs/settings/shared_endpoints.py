"""Define endpoints whose instances several predictors share, and refuse what they cannot host."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_constructs.settings.endpoint_modes.component import ComponentEndpoint
from autogluon_constructs.settings.fields import HostingInstanceType, refuse
from autogluon_constructs.settings.network import EndpointNetwork
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed

_MIB_PER_GIB = 1024
_SCALED = (
    "instances follow the copies of the components; give min_instances and max_instances, and "
    "autoscaling to the predictors"
)


class SharedEndpoint(Section):
    """An endpoint without a model of its own; predictors of mode `component` run on it.

    SageMaker starts an instance where a copy has no room, and ends those without copies.
    """

    unsupported_keys: ClassVar = {
        "initial_instance_count": _SCALED,
        "autoscaling": _SCALED,
        "fallback_instance_types": "not supported on shared endpoints yet; leave it out",
        "capture": "not supported on shared endpoints yet; use mode 'real-time'",
    }

    instance_type: HostingInstanceType
    """What its instances are; types with GPUs are not supported yet."""
    min_instances: int = Field(default=1, ge=0, le=100)
    """The fewest instances; 0 costs nothing while no component has a copy."""
    max_instances: int = Field(default=1, ge=1, le=100)
    """The most instances that copies may bring."""
    routing: Literal["least-outstanding-requests", "random"] = "least-outstanding-requests"
    """Which copy gets a request."""
    network: EndpointNetwork | None = None
    """Another network than the environment's."""
    network_isolation: bool | None = None
    """Whether its containers run without network access; without it, the environment decides."""

    @property
    def first_instances(self) -> int:
        """Return how many instances it starts with: SageMaker takes no 0 there."""
        return max(1, self.min_instances)

    @property
    def has_volume_key(self) -> bool:
        """Return whether its disks are volumes, which take the environment's key."""
        return not instance_types()[self.instance_type].has_local_nvme

    @rule
    def _has_no_gpu(self) -> Self:
        if instance_types()[self.instance_type].gpus:
            raise refuse(
                f"instance_type: got '{self.instance_type}', a GPU type, which shared endpoints do "
                "not support yet; allowed: CPU types, or a predictor of mode 'real-time'"
            )
        return self

    @rule
    def _has_room(self) -> Self:
        if self.max_instances < self.min_instances:
            raise refuse(
                f"max_instances {self.max_instances} is below min_instances {self.min_instances}; "
                f"allowed: max_instances >= {self.min_instances}"
            )
        return self


def hosting_problems(
    shared: Mapping[str, SharedEndpoint], components: Mapping[str, ComponentEndpoint]
) -> Iterator[str]:
    """Yield what of the components their shared endpoints cannot host.

    SageMaker keeps a part of each instance for itself, and does not publish how much: what is
    refused here cannot fit in any case.

    Args:
        components: by the predictor's name.
    """
    for name, component in components.items():
        host = component.shared_endpoint
        if host not in shared:
            yield (
                f"predictors.{name}.endpoint.shared_endpoint: got '{host}'; shared_endpoints has "
                f"{listed(tuple(shared)) or 'none'}{did_you_mean(host, shared)}"
            )
            continue
        instance = instance_types()[shared[host].instance_type]
        for key, asked, has in (
            ("memory_mb", component.memory_mb, instance.memory_gib * _MIB_PER_GIB),
            ("cpus", component.cpus, instance.vcpus),
        ):
            if asked > has:
                yield (
                    f"predictors.{name}.endpoint.{key}: got {_plain(asked)}, but an instance of "
                    f"shared endpoint '{host}' ({instance.name}) has {has}; allowed: at most that"
                )
        yield from _reach_problems(f"predictors.{name}.endpoint", component, shared[host])
    for name, endpoint in shared.items():
        hosted = {key: each for key, each in components.items() if each.shared_endpoint == name}
        yield from _room_problems(name, endpoint, hosted)


def _reach_problems(
    path: str, component: ComponentEndpoint, endpoint: SharedEndpoint
) -> Iterator[str]:
    """Yield which bounds of scaling it cannot reach, even where it had the endpoint for itself."""
    instance, scaling = instance_types()[endpoint.instance_type], component.autoscaling
    each = min(
        int(instance.memory_gib * _MIB_PER_GIB // component.memory_mb),
        int(instance.vcpus // component.cpus),
    )
    room = each * endpoint.max_instances
    if scaling is None or not each:  # a copy that has no room at all is told already
        return
    bounds = {"max_capacity": scaling.max_capacity} | {
        f"schedules.{name}.max_capacity": schedule.max_capacity
        for name, schedule in scaling.schedules.items()
    }
    for key, most in bounds.items():
        if most > room:
            yield (
                f"{path}.autoscaling.{key}: got {most}, but the {endpoint.max_instances} x "
                f"{instance.name} of shared endpoint '{component.shared_endpoint}' have room for "
                f"{room} copies of {component.memory_mb} MB and {_plain(component.cpus)} vCPUs; "
                "allowed: at most that, or a larger max_instances"
            )


def _room_problems(
    name: str, endpoint: SharedEndpoint, hosted: Mapping[str, ComponentEndpoint]
) -> Iterator[str]:
    """Yield whether the starting copies, and those of one promotion beside them, are too many."""
    instance = instance_types()[endpoint.instance_type]
    rooms = {
        "memory_mb": instance.memory_gib * _MIB_PER_GIB * endpoint.max_instances,
        "cpus": instance.vcpus * endpoint.max_instances,
    }
    for key, room in rooms.items():
        needs = [each.copies * getattr(each, key) for each in hosted.values()]
        if needs and sum(needs) + max(needs) > room:
            yield (
                f"shared_endpoints.{name}: its {endpoint.max_instances} instances have {key} "
                f"{_plain(room)}, but its components ({listed(tuple(hosted))}) need "
                f"{_plain(sum(needs))}, and a promotion {_plain(max(needs))} more, since new "
                "copies start beside the old ones; raise max_instances, or choose a larger "
                "instance_type"
            )
            return


def _plain(number: float) -> str:
    """Write a number with all its digits: megabytes have seven."""
    return f"{number:.12g}"
