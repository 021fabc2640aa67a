"""Define the schedules of a predictor's runs."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from autogluon_constructs.settings.schedules.times import RepeatedExpression, TimeZone
from autogluon_constructs.settings.section import Section
from autogluon_contracts.documents.scheduled_run import ScheduledWorkflow


class Schedule(Section):
    """Runs that start by themselves, again and again.

    In the S3 locations of `input`, `{data_bucket}` is the environment's own bucket for data, and
    `{date}`, `{year}`, `{month}`, `{day}` and `{hour}` are those of the time at which the schedule
    came due, in `timezone`.
    """

    workflow: ScheduledWorkflow
    """What is started: `train`, `tune`, `batch_predict`, `promote` or `drift`."""
    expression: RepeatedExpression
    """When, as EventBridge Scheduler writes it, such as `cron(0 3 * * ? *)` or `rate(7 days)`."""
    timezone: TimeZone = "UTC"
    """The IANA time zone of `expression` and of dates; daylight saving time is followed."""
    input: Mapping[str, Any]
    """The execution's input, without `predictor`."""
    days_back: Annotated[int, Field(ge=0, le=366)] = 0
    """How many days before that time the dates are: 1 for the data of yesterday."""
    enabled: bool = True
    """Whether runs start; false pauses the schedule."""
