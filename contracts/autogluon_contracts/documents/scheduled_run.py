"""Define what a schedule hands to the function that starts its runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from autogluon_contracts.document import Document, key
from autogluon_contracts.documents.execution_inputs import (
    BatchInput,
    DriftInput,
    PromoteInput,
    TrainInput,
    TuneInput,
)
from autogluon_contracts.documents.training_job import FOLDER_CHANNELS, TABLE_CHANNELS

ScheduledWorkflow = Literal["train", "tune", "batch_predict", "promote", "drift"]

INPUTS: Mapping[str, type] = {
    "train": TrainInput,
    "tune": TuneInput,
    "batch_predict": BatchInput,
    "promote": PromoteInput,
    "drift": DriftInput,
}
"""What the executions of each workflow that can be scheduled take."""

LOCATIONS = (*TABLE_CHANNELS, *FOLDER_CHANNELS, "data", "labels", "output_path")
"""The keys of inputs that are S3 locations, and may contain dates."""


@dataclass(frozen=True, kw_only=True)
class ScheduledRun(Document):
    """The input of a schedule's target."""

    NAME: ClassVar[str] = "scheduled run"
    ADVICE: ClassVar[str] = "Deploy the Workflows stack again."

    predictor: str = key("the predictor's name", non_empty=True)
    schedule: str = key("the schedule's name in the settings", non_empty=True)
    workflow: ScheduledWorkflow = key("what is started")
    state_machine_arn: str = key("the workflow's state machine", non_empty=True)
    scheduled_time: str = key("when the schedule came due, in UTC as EventBridge Scheduler says it")
    timezone: str = key("the IANA time zone of the dates")
    days_back: int = key("how many days before that the dates are", minimum=0)
    input: Mapping[str, Any] = key("the execution's input without `predictor`")
    until: str | None = key(
        "the time in UTC from which nothing is started; null: none",
        default=None,
        non_empty=True,
        omit_null=True,
    )
    ends_at: str | None = key(
        "the time in UTC before which nothing is started; null: none",
        default=None,
        non_empty=True,
        omit_null=True,
    )
    ends_after_hours: int | None = key(
        "nothing is started until the live model has been live for so long; null: no matter",
        default=None,
        minimum=1,
        omit_null=True,
    )
