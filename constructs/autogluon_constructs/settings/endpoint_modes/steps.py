"""Define step scaling: the further a metric is from its usual range, the larger the step.

Source: the user guide of Application Auto Scaling, "How step scaling for Application Auto Scaling
works".
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field

from autogluon_constructs.settings.fields import as_tuple, refuse
from autogluon_constructs.settings.section import Section, rule

MetricName = Literal["invocations_per_instance", "concurrent_requests_per_instance", "cpu_percent"]
_MOST_STEPS = 20  # quota "Step adjustments per step scaling policy"
_Bound = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Periods = Annotated[int, Field(ge=1, le=60)]
_Count = Annotated[int, Field(ge=1, le=1000)]


class ScaleOutStep(Section):
    """Instances to add while the metric is at `at_least` or more, up to the next step."""

    at_least: _Bound
    """The least value of the metric."""
    add: _Count
    """Instances to add."""


class ScaleInStep(Section):
    """Instances to remove while the metric is at `at_most` or less, down to the next step."""

    at_most: _Bound
    """The greatest value of the metric."""
    remove: _Count
    """Instances to remove."""


class StepScaling(Section):
    """Steps in which instances are added and removed, each from a value of the metric on."""

    metric: MetricName
    """What an instance gets a minute, has in progress at once, or uses of its vCPUs."""
    scale_out: Annotated[tuple[ScaleOutStep, ...], BeforeValidator(as_tuple)]
    """Steps up."""
    scale_in: Annotated[tuple[ScaleInStep, ...], BeforeValidator(as_tuple)]
    """Steps down."""
    scale_out_minutes: _Periods = 3
    """Minutes in a row for which the first step up has to hold."""
    scale_in_minutes: _Periods = 15
    """Minutes in a row for which the first step down has to hold."""

    @property
    def ascending(self) -> Sequence[ScaleOutStep]:
        """Return the steps up, the first to be reached first."""
        return sorted(self.scale_out, key=lambda step: step.at_least)

    @property
    def descending(self) -> Sequence[ScaleInStep]:
        """Return the steps down, the first to be reached first."""
        return sorted(self.scale_in, key=lambda step: -step.at_most)

    @rule
    def _are_enough(self) -> Self:
        for name, steps in (("scale_out", self.scale_out), ("scale_in", self.scale_in)):
            if not 1 <= len(steps) <= _MOST_STEPS:
                raise refuse(f"{name}: got {len(steps)} steps; allowed: 1 to {_MOST_STEPS}")
        return self

    @rule
    def _differ(self) -> Self:
        for name, bounds in (
            ("scale_out.at_least", [step.at_least for step in self.scale_out]),
            ("scale_in.at_most", [step.at_most for step in self.scale_in]),
        ):
            for bound in sorted({each for each in bounds if bounds.count(each) > 1}):
                raise refuse(f"{name}: {bound:g} is given twice; allowed: each step once")
        return self

    @rule
    def _leave_room(self) -> Self:
        if not self.scale_out or not self.scale_in:
            return self
        low, high = self.descending[0].at_most, self.ascending[0].at_least
        if low >= high:
            raise refuse(
                f"scale_in.at_most {low:g} is not below scale_out.at_least {high:g}, so that "
                f"instances would be removed and added in turn; allowed: below {high:g}"
            )
        return self

    @rule
    def _percent(self) -> Self:
        highest = max((step.at_least for step in self.scale_out), default=0)
        if self.metric == "cpu_percent" and highest > 100:
            raise refuse(
                f"scale_out.at_least {highest:g} is over 100 percent of all vCPUs; allowed: at "
                "most 100"
            )
        return self
