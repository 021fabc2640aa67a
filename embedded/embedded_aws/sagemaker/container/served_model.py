"""The description of a model from which its containers are started."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

ExecutionMode = Literal["Serial", "Direct"]
PRIMARY = "primary"
"""What errors call the container of a model that has one."""


@dataclass(frozen=True)
class ServedContainer:
    """One container of a model, resolved to what it needs.

    Attributes:
        model: the model's name.
        hostname: what errors, logs and callers of a model with several containers call it.
        position: its place among the model's containers, from 1 on.
        data: an S3ModelDataSource, None for a container without data.
    """

    model: str
    image: str
    data: dict[str, Any] | None
    environment: dict[str, str] = field(default_factory=dict)
    isolated: bool = False
    hostname: str = PRIMARY
    position: int = 1


@dataclass(frozen=True)
class ServedModel:
    """One model: what it may do, and its containers in their order."""

    name: str
    role_arn: str
    containers: tuple[ServedContainer, ...]
    mode: ExecutionMode = "Serial"

    @property
    def images(self) -> list[dict[str, str]]:
        """Return its containers' images as DescribeEndpoint shows them."""
        return [
            {"SpecifiedImage": each.image, "ResolvedImage": each.image} for each in self.containers
        ]

    def as_isolated(self) -> ServedModel:
        """Return the same model, whose containers run without network access."""
        isolated = tuple(replace(each, isolated=True) for each in self.containers)
        return replace(self, containers=isolated)
