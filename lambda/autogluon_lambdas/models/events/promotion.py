"""Define a promotion on its way through the Promote state machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autogluon_contracts.names import MAIN_VARIANT, NO_MODEL, VARIANT


@dataclass(frozen=True, kw_only=True)
class ExpectedVariant:
    """What a variant of the endpoint has to run, by SageMaker's name; None is not compared."""

    name: str
    model: str
    weight: float | None = None
    instance_type: str | None = None
    initial_instance_count: int | None = None
    is_shadow: bool = False


@dataclass(frozen=True)
class Promotion:
    """`previous` and `target` are values of the variant's live-model parameter: `none` or an ARN.

    `stack_parameters` are those of the stack that change, `previous_parameters` what they were;
    `pauses_scaling` says that scaling is switched off by an update of its own before that, and
    `put_back_pauses_scaling` the same of what puts the stack back;
    `variants` are those that the endpoint has to have afterwards, none where it has to be absent;
    `instance_type`, `initial_instance_count` and `engine` are what was asked for, or None;
    `is_component` says that `endpoint_name` names a component of a shared endpoint.
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
    put_back_pauses_scaling: bool = False
    instance_type: str | None = None
    initial_instance_count: int | None = None
    engine: str | None = None
    variant: str = MAIN_VARIANT
    variants: Sequence[ExpectedVariant] = ()
    is_component: bool = False

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Promotion":
        """Read `event["promotion"]`; raises TypeError when it is something else."""
        values = {**event["promotion"]}
        found = values.pop("variants", None)
        if found is None:
            # An execution that began before a deployment; endpoints had one variant.
            is_live = values["target"] != NO_MODEL
            found = [{"name": VARIANT, "model": values["target"]}] if is_live else []
        return cls(**values, variants=tuple(ExpectedVariant(**each) for each in found))
