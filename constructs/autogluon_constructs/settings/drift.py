"""Define when a predictor's requests count as drifted from its training data."""

from typing import Annotated, Self

from pydantic import BeforeValidator

from autogluon_constructs.settings.fields import (
    ProcessingFallbacks,
    ProcessingInstanceType,
    as_tuple,
    contract_field,
    refuse,
)
from autogluon_constructs.settings.section import Section, rule
from autogluon_contracts.documents.drift_spec import DriftSpec
from autogluon_contracts.wording import listed


class Drift(Section):
    """How captured requests are compared with the training data, by `agcdk drift` or a schedule.

    A report names columns whose values, missing values or new values differ from those of
    training, and answers that differ from those to the test data. `false_alarm_rate` is for all
    comparisons of one report together.
    """

    columns: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = ()
    """The features to compare; without it, all."""
    false_alarm_rate: float = contract_field(DriftSpec, "false_alarm_rate")
    min_change: float = contract_field(DriftSpec, "min_change")
    min_rows: int = contract_field(DriftSpec, "min_rows")
    period_hours: int = contract_field(DriftSpec, "period_hours")
    alarm: bool = True
    """Whether a CloudWatch alarm notifies the failure topic when a report names anything."""
    instance_type: ProcessingInstanceType = "ml.m5.large"
    """Where the job runs."""
    fallback_instance_types: ProcessingFallbacks = ()
    """What is tried in this order where `instance_type` has no capacity or no quota."""
    max_runtime_seconds: int = contract_field(DriftSpec, "max_runtime_seconds")

    @property
    def all_instance_types(self) -> tuple[str, ...]:
        """Return the default first, then its fallbacks."""
        return tuple(dict.fromkeys((self.instance_type, *self.fallback_instance_types)))

    @rule
    def _names_each_column_once(self) -> Self:
        twice = [name for name in dict.fromkeys(self.columns) if self.columns.count(name) > 1]
        if twice:
            raise refuse(f"columns: {listed(twice)} named twice; name each column once")
        return self
