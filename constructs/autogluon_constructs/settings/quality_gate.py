"""What a trained model must reach, and what happens then."""

from typing import Literal, Self

from pydantic import Field, model_validator

from autogluon_constructs.catalogues.metrics import best_value
from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.section import Section


class QualityGate(Section):
    """`metric >= minimum` passes. Metrics have AutoGluon's sign: higher is better, errors are <= 0.

    `wait` leaves the model package for a person to approve or reject.
    """

    metric: str
    """One that the run measures, by AutoGluon's name."""
    minimum: float = Field(allow_inf_nan=False)
    """The least value that passes."""
    on_pass: Literal["approve", "wait"] = "approve"  # noqa: S105 - no password
    """What happens to a model that passes: into service, or a person decides."""
    on_fail: Literal["reject", "wait"] = "reject"
    """What happens to one that does not."""

    @model_validator(mode="after")
    def _decides_something(self) -> Self:
        if self.on_pass == self.on_fail == "wait":  # noqa: S105 - no password
            raise refuse(
                "on_pass and on_fail are both 'wait', so the gate decides nothing; "
                "allowed: on_pass 'approve' or on_fail 'reject', or no quality_gate"
            )
        return self

    @model_validator(mode="after")
    def _can_be_passed(self) -> Self:
        best = best_value(self.metric)
        if self.minimum > best:
            hint = " (errors are negative in AutoGluon's sign)" if best == 0 else ""
            raise refuse(
                f"minimum {self.minimum:g} can never be reached: "
                f"{self.metric} is at most {best:g}{hint}"
            )
        return self
