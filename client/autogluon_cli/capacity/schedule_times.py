"""Find when schedules of scaling come due: `cron(...)` and `rate(...)` in a time zone.

Source: EventBridge Scheduler's guide, "Schedule types on EventBridge Scheduler"; Application Auto
Scaling takes the same expressions. The settings have checked their form.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_UNITS = {"minute": 60, "hour": 3600, "day": 86_400}


def times_between(expression: str, zone: str, first: datetime, last: datetime) -> Iterator[float]:
    """Yield when a schedule comes due from `first` until before `last`, in seconds since 1970.

    A rate counts from `first`, because it is not known when it will be deployed.

    Examples:
        >>> day = datetime(2026, 12, 2, tzinfo=UTC)
        >>> until = day + timedelta(days=1)
        >>> [due] = times_between("cron(30 8 ? * MON-FRI *)", "Europe/Berlin", day, until)
        >>> due - day.timestamp() == 7.5 * 3600
        True
    """
    from aws_croniter import AwsCroniter

    kind, _, rest = expression.removesuffix(")").partition("(")
    if kind == "rate":
        count, unit = rest.split()
        every = int(count) * _UNITS[unit.removesuffix("s")]
        yield from range(int(first.timestamp()), int(last.timestamp()), every)
        return
    cron, place = AwsCroniter(rest), ZoneInfo(zone)
    # The library knows UTC only: wall-clock time is passed as if it were UTC.
    wall = first.astimezone(place).replace(tzinfo=UTC, fold=0) - timedelta(seconds=1)
    while (found := cron.get_next(wall)[0]) is not None:
        wall, due = found, found.replace(tzinfo=place)
        if due >= last:
            return
        # An hour that the clock skips does not come.
        is_there = due.astimezone(UTC).astimezone(place).hour == due.hour
        if is_there and first <= due:
            yield due.timestamp()
