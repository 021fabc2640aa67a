"""Define when a schedule comes due: an expression and a time zone."""

from typing import Annotated

from dateutil.zoneinfo import get_zonefile_instance
from pydantic import AfterValidator, Field

from autogluon_constructs.settings.fields import NAME, refuse
from autogluon_constructs.settings.schedules.expression import expression_problem


def _repeated(expression: str) -> str:
    problem = expression_problem(expression)
    if problem is not None:
        raise refuse(problem)
    return expression


def _known_zone(name: str) -> str:
    # Not `tz.gettz`, which takes files, "" and rules such as "UTC+3" as well.
    if name not in get_zonefile_instance().zones:
        raise refuse("allowed: the IANA name of a time zone, such as 'Europe/Berlin', or 'UTC'")
    return name


RepeatedExpression = Annotated[str, AfterValidator(_repeated)]
TimeZone = Annotated[str, AfterValidator(_known_zone)]
ScheduleName = Annotated[str, Field(pattern=NAME, max_length=20)]
