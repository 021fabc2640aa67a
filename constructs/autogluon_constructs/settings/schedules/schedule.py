"""Define the schedules of a predictor's runs."""

from collections.abc import Mapping
from typing import Annotated, Any

from dateutil import tz
from pydantic import AfterValidator, Field

from autogluon_constructs.settings.fields import NAME, refuse
from autogluon_constructs.settings.schedules.expression import expression_problem
from autogluon_constructs.settings.section import Section
from autogluon_contracts.documents.scheduled_run import ScheduledWorkflow


def _repeated(expression: str) -> str:
    problem = expression_problem(expression)
    if problem is not None:
        raise refuse(problem)
    return expression


def _known_zone(name: str) -> str:
    # Not a file's path, which dateutil would take as well.
    if name.startswith((".", "/")) or tz.gettz(name) is None:
        raise refuse("allowed: the IANA name of a time zone, such as 'Europe/Berlin', or 'UTC'")
    return name


ScheduleName = Annotated[str, Field(pattern=NAME, max_length=20)]


class Schedule(Section):
    """Runs that start by themselves, again and again.

    In the S3 locations of `input`, `{data_bucket}` is the environment's own bucket for data, and
    `{date}`, `{year}`, `{month}`, `{day}` and `{hour}` are those of the time at which the schedule
    came due, in `timezone`.
    """

    workflow: ScheduledWorkflow
    """What is started: `train`, `tune` or `batch_predict`."""
    expression: Annotated[str, AfterValidator(_repeated)]
    """When, as EventBridge Scheduler writes it, such as `cron(0 3 * * ? *)` or `rate(7 days)`."""
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    """The IANA time zone of `expression` and of dates; daylight saving time is followed."""
    input: Mapping[str, Any]
    """The execution's input, without `predictor`."""
    days_back: Annotated[int, Field(ge=0, le=366)] = 0
    """How many days before that time the dates are: 1 for the data of yesterday."""
    enabled: bool = True
    """Whether runs start; false pauses the schedule."""
