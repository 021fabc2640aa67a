"""Define a promotion on its way through the Promote state machine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Promotion:
    """`previous` and `target` are values of the live-model parameter: `none` or an ARN.

    `stack_parameters` are those of the stack that change, `previous_parameters` what they were;
    `pauses_scaling` says that scaling is switched off by an update of its own before that;
    `instance_type`, `initial_instance_count` and `engine` are what was asked for, or None.
    """

    predictor: str
    parameter_name: str
    previous: str
    target: str
    stack_name: str | None
    endpoint_name: str | None
    changed: bool
    stack_token: str
    stack_parameters: Mapping[str, str] = field(default_factory=dict)
    previous_parameters: Mapping[str, str] = field(default_factory=dict)
    pauses_scaling: bool = False
    instance_type: str | None = None
    initial_instance_count: int | None = None
    engine: str | None = None

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Promotion":
        """Read `event["promotion"]`; raises TypeError when it is something else."""
        return cls(**event["promotion"])
