"""What a trained model must reach, and what happens then."""

from typing import Annotated, Self

from pydantic import Field

from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.documents.predictor_spec import OnFail, OnPass


class QualityGate(Section):
    """`metric >= minimum` passes. Metrics have AutoGluon's sign: higher is better, errors are <= 0.

    Without both, every version passes. `wait` leaves the model package for a person to approve or
    reject.
    """

    metric: str | None = None
    """One that the run measures, by AutoGluon's name; without it and `minimum`, all pass."""
    minimum: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """The least value that passes."""
    on_pass: OnPass = "approve"  # noqa: S105 - no password
    """What happens to a model that passes: into service, or a person decides."""
    on_fail: OnFail = "reject"
    """What happens to one that does not."""

    @rule
    def _has_both_or_neither(self) -> Self:
        if self.metric is not None and self.minimum is None:
            raise refuse("metric without minimum; give minimum: the lowest value that passes")
        if self.metric is None and self.minimum is not None:
            raise refuse("minimum without metric; give metric: the one that has to reach it")
        return self

    @rule
    def _decides_something(self) -> Self:
        waits = self.on_pass == "wait"  # noqa: S105 - no password
        if self.metric is None and (waits or "on_fail" in self.model_fields_set):
            raise refuse(
                "without metric and minimum every version passes; allowed: 'on_pass: approve' "
                "alone, or no quality_gate, where a person decides"
            )
        if waits and self.on_fail == "wait":
            raise refuse(
                "on_pass and on_fail are both 'wait', so the gate decides nothing; "
                "allowed: on_pass 'approve' or on_fail 'reject', or no quality_gate"
            )
        return self
