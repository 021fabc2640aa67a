"""The description of a model from which a container is started."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ServedModel:
    """One model, resolved to what a container needs."""

    name: str
    role_arn: str
    image: str
    data: dict[str, Any] | None  # an S3ModelDataSource, None for a model without data
    environment: dict[str, str] = field(default_factory=dict)
    isolated: bool = False
