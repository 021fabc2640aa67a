"""What the spec knows of prices, for estimates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Prices:
    """On-demand list prices of us-east-1 in USD per instance and hour, by instance type.

    `as_of` is the month they are of; None where the spec has no prices.
    """

    as_of: str | None = None
    usd_per_hour: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any] | None) -> "Prices":
        """Read `training.prices`, which a spec that an earlier release deployed lacks."""
        return cls() if raw is None else cls(raw["as_of"], dict(raw["usd_per_hour"]))
