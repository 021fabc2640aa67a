"""A promotion on its way through the Promote state machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Promotion:
    """`previous` and `target` are values of the live-model parameter: `none` or an ARN."""

    predictor: str
    parameter_name: str
    previous: str
    target: str
    stack_name: str | None
    endpoint_name: str | None
    changed: bool
    stack_token: str

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Promotion":
        """Read `event["promotion"]`; raises TypeError when it is something else."""
        return cls(**event["promotion"])
