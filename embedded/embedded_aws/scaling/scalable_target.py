"""A scalable target: the capacity of one resource, and the range in which it is scaled."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from embedded_aws.scaling.errors import invalid, unsupported

NAMESPACE = "sagemaker"
INSTANCES = "sagemaker:variant:DesiredInstanceCount"
PROVISIONED = "sagemaker:variant:DesiredProvisionedConcurrency"
COPIES = "sagemaker:inference-component:DesiredCopyCount"
_IN_WORDS = {
    INSTANCES: "instance count",
    PROVISIONED: "provisioned concurrency",
    COPIES: "copy count",
}
_SUSPENSIONS = (
    "DynamicScalingInSuspended",
    "DynamicScalingOutSuspended",
    "ScheduledScalingSuspended",
)


@dataclass(frozen=True)
class TargetKey:
    """What identifies a scalable target in its region: what is scaled, and what of it.

    It is an endpoint's variant, or an inference component.
    """

    resource_id: str
    dimension: str = INSTANCES

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> TargetKey:
        """Return the key that a request names.

        Raises:
            ApiError: the three members do not fit each other, or name what is not supported.
        """
        namespace, dimension = params["ServiceNamespace"], params["ScalableDimension"]
        resource_id: str = params["ResourceId"]
        if namespace != NAMESPACE:
            raise unsupported(f"scalable targets of {namespace}; it scales those of sagemaker")
        if not dimension.startswith(f"{NAMESPACE}:"):
            raise _mismatch()
        if dimension not in _IN_WORDS:
            supported = " and ".join(_IN_WORDS)
            raise unsupported(f"the scalable dimension {dimension}; it supports {supported}")
        parts = resource_id.split("/")
        if dimension == COPIES:
            if len(parts) != 2 or parts[0] != "inference-component" or not parts[1]:
                raise _mismatch()
            return cls(resource_id, dimension)
        if len(parts) != 4 or (parts[0], parts[2]) != ("endpoint", "variant") or "" in parts:
            raise _mismatch()
        return cls(resource_id, dimension)

    @property
    def component(self) -> str | None:
        """Return the inference component's name; None of a variant."""
        return self.resource_id.split("/")[1] if self.dimension == COPIES else None

    @property
    def endpoint(self) -> str | None:
        """Return the endpoint's name; None of a component."""
        return None if self.dimension == COPIES else self.resource_id.split("/")[1]

    @property
    def variant(self) -> str:
        """Return the name of an endpoint's variant."""
        return self.resource_id.split("/")[3]

    @property
    def members(self) -> dict[str, str]:
        """Return the three members by which requests and answers name the target."""
        return {
            "ServiceNamespace": NAMESPACE,
            "ResourceId": self.resource_id,
            "ScalableDimension": self.dimension,
        }

    def in_words(self) -> str:
        """Return what AWS's messages call the target."""
        return (
            f"service namespace: {NAMESPACE}, resource ID: {self.resource_id}, "
            f"scalable dimension: {self.dimension}"
        )

    @property
    def counted(self) -> str:
        """Return what is scaled, such as `instance count`."""
        return _IN_WORDS[self.dimension]


@dataclass(frozen=True)
class Cooldown:
    """A finished scaling activity whose effect is awaited.

    Attributes:
        base: the capacity before it, from which a larger scale-out starts.
        until: seconds since 1970.
    """

    base: int
    until: float


@dataclass
class ScalableTarget:
    """A registered target. `minimum` and `maximum` bound what policies do."""

    key: TargetKey
    region: str
    account_id: str
    minimum: int
    maximum: int
    role_arn: str
    created: datetime
    tags: dict[str, str] = field(default_factory=dict)
    suspended: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(_SUSPENSIONS, False))
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    out_cooldown: Cooldown | None = None
    in_cooldown: Cooldown | None = None

    @property
    def arn(self) -> str:
        """Return the target's ARN, which ends in an id of its own."""
        return (
            f"arn:aws:application-autoscaling:{self.region}:{self.account_id}:"
            f"scalable-target/{self.id}"
        )

    @property
    def uuid(self) -> str:
        """Return the id in the ARNs of the target's policies and scheduled actions."""
        return str(uuid.UUID(self.id))

    def bounded(self, capacity: int) -> int:
        """Return the nearest capacity within the range."""
        return min(max(capacity, self.minimum), self.maximum)

    def set_range(self, minimum: int | None, maximum: int | None) -> None:
        """Change the bounds that are given. Raises ApiError for an impossible range."""
        new_minimum = self.minimum if minimum is None else minimum
        new_maximum = self.maximum if maximum is None else maximum
        check_range(new_minimum, new_maximum)
        self.minimum, self.maximum = new_minimum, new_maximum

    def describe(self) -> dict[str, Any]:
        """Return the target as DescribeScalableTargets shows it."""
        return {
            **self.key.members,
            "MinCapacity": self.minimum,
            "MaxCapacity": self.maximum,
            "RoleARN": self.role_arn,
            "CreationTime": self.created,
            "SuspendedState": dict(self.suspended),
            "ScalableTargetARN": self.arn,
        }


def check_range(minimum: int, maximum: int) -> None:
    """Raise ApiError unless 0 <= minimum <= maximum."""
    if minimum < 0 or maximum < 0:
        raise invalid("MinCapacity and MaxCapacity must not be negative.")
    if minimum > maximum:
        raise invalid(
            f"MaxCapacity ({maximum}) must be greater than or equal to MinCapacity ({minimum})."
        )


def _mismatch() -> Exception:
    return invalid("Unsupported service namespace, resource type or scalable dimension")
