"""A production variant without a model: instances that host inference components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.errors import invalid, unsupported
from embedded_aws.sagemaker.hosting.components.instance_room import InstanceRoom
from embedded_aws.sagemaker.hosting.instance import Instance
from embedded_aws.sagemaker.hosting.invocation_metrics import Values
from embedded_aws.sagemaker.hosting.single_precision import single_precision
from embedded_aws.sagemaker.hosting.variant import LONGEST_DRAIN_SECONDS, Capacity

_MANAGED = "ManagedInstanceScaling"
# Of a variant that has a model, or of instances that are not managed.
_NOT_OF_HOSTS = ("InstancePools", "ServerlessConfig", "VariantInstanceProvisionTimeoutInSeconds")
_NOT_OF_CONFIGS = ("AsyncInferenceConfig", "DataCaptureConfig", "ShadowProductionVariants")


def is_host(variant: Mapping[str, Any]) -> bool:
    """Return whether a ProductionVariant hosts components."""
    return variant.get("ModelName") is None and "ServerlessConfig" not in variant


def check_host(config: Mapping[str, Any]) -> None:
    """Refuse a configuration that hosts components and cannot work; raises ApiError."""
    variants = config["ProductionVariants"]
    hosts = [each for each in variants if is_host(each)]
    own = ("ExecutionRoleArn", "EnableNetworkIsolation", "VpcConfig")
    if not hosts:
        for member in own:
            if config.get(member):
                raise unsupported(f"CreateEndpointConfig.{member} where variants have models")
        for variant in variants:
            if variant.get(_MANAGED):
                raise unsupported(f"ProductionVariants.{_MANAGED} of a variant with a model")
        return
    if len(variants) > 1:
        raise unsupported("several variants of an endpoint that hosts inference components")
    if not config.get("ExecutionRoleArn"):
        raise invalid("ExecutionRoleArn is required where a production variant has no ModelName.")
    for member in _NOT_OF_CONFIGS:
        if config.get(member):
            raise unsupported(f"CreateEndpointConfig.{member} with inference components")
    [host] = hosts
    for member in _NOT_OF_HOSTS:
        if host.get(member):
            raise unsupported(f"ProductionVariants.{member} with inference components")
    scaling, first = host.get(_MANAGED) or {}, host.get("InitialInstanceCount")
    if scaling.get("Status") != "ENABLED" or first is None:  # that it is missing is told elsewhere
        return
    fewest, most = scaling.get("MinInstanceCount", first), scaling.get("MaxInstanceCount", first)
    if not fewest <= first <= most:
        raise invalid(
            f"ProductionVariants: {host['VariantName']}: InitialInstanceCount {first} must be "
            f"between MinInstanceCount {fewest} and MaxInstanceCount {most}."
        )


class HostVariant:
    """The instances of a variant that hosts components; its servers belong to these.

    Args:
        request: the ProductionVariant of the endpoint configuration.
    """

    instances: Sequence[Instance] = ()
    model = None  # its components have models
    largest_payload_bytes = 6 << 20

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.name: str = request["VariantName"]
        self.room = InstanceRoom(request)
        self.weight = float(request["InitialVariantWeight"])
        self.desired = Capacity(request["InitialInstanceCount"], self.weight)
        self.instance_types = [request["InstanceType"]]
        self._request = request

    @property
    def saved(self) -> Capacity:
        """Return the capacity that outlives this process."""
        return Capacity(self.room.count, self.weight)

    @property
    def in_flight(self) -> int:
        """Return how many requests it answers: components count theirs."""
        return 0

    def describe(self) -> dict[str, Any]:
        """Return the variant's ProductionVariantSummary."""
        summary: dict[str, Any] = {
            "VariantName": self.name,
            "CurrentWeight": single_precision(self.weight),
            "DesiredWeight": single_precision(self.weight),
            "CurrentInstanceCount": self.room.count,
            "DesiredInstanceCount": self.room.count,
        }
        repeated = (_MANAGED, "RoutingConfig")
        return summary | {each: self._request[each] for each in repeated if each in self._request}

    def take(self) -> NoReturn:
        """Refuse a request that names no component."""
        raise ApiError(
            "ValidationError",
            "Inference Component Name header is required for endpoints to which you plan to deploy "
            "inference components. Please include Inference Component Name header or consider "
            "using SageMaker models.",
        )

    def observed(self, *, new_minute: bool) -> Values:
        """Return nothing: components are measured."""
        del new_minute
        return {}

    def wanted(self, change: Mapping[str, Any]) -> NoReturn:
        """Refuse another number of instances: copies decide it."""
        raise unsupported(
            f"UpdateEndpointWeightsAndCapacities of {change['VariantName']}, whose instances "
            "follow its inference components"
        )

    def in_words(self) -> str:
        """Return what the variant has now."""
        return f"{self.name} has {self.room.count} instances"

    def reach_desired(self) -> None:
        """Return at once: instances are there when a copy needs them."""

    def stop(self, drain_seconds: float = LONGEST_DRAIN_SECONDS) -> None:
        """Return at once: its components' servers outlive an update of its instances."""
        del drain_seconds
