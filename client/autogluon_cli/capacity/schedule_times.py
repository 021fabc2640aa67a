"""Find when schedules of scaling come due: `cron(...)` and `rate(...)` in a time zone.

Source: EventBridge Scheduler's guide, "Schedule types on EventBridge Scheduler"; Application Auto
Scaling takes the same expressions. The settings have checked their form.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NUMBERS = {name: str(number) for names in (_MONTHS, _DAYS) for number, name in enumerate(names, 1)}
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
    kind, _, rest = expression.removesuffix(")").partition("(")
    if kind == "rate":
        count, unit = rest.split()
        every = int(count) * _UNITS[unit.removesuffix("s")]
        yield from range(int(first.timestamp()), int(last.timestamp()), every)
        return
    minute, hour, *of_day = rest.split()
    minutes = [each for each in range(60) if _is_in(minute, each, 0, 59)]
    hours = [each for each in range(24) if _is_in(hour, each, 0, 23)]
    place = ZoneInfo(zone)
    day, end = first.astimezone(place).date(), last.astimezone(place).date()
    while day <= end:
        if _is_day(of_day, day):
            for at in ((hour, minute) for hour in hours for minute in minutes):
                due = datetime(day.year, day.month, day.day, *at, tzinfo=place)
                # An hour that the clock skips does not come.
                is_there = due.astimezone(UTC).astimezone(place).hour == due.hour
                if is_there and first <= due < last:
                    yield due.timestamp()
        day += timedelta(days=1)


def _is_day(fields: list[str], day: date) -> bool:
    of_month, month, of_week, year = fields
    weekday = day.isoweekday() % 7 + 1  # Sunday is 1
    return (
        _is_in(month, day.month, 1, 12)
        and _is_in(year, day.year, 1970, 2199)
        and (of_month == "?" or _is_of_month(of_month, day))
        and (of_week == "?" or _is_of_week(of_week, weekday, day))
    )


def _is_of_month(field: str, day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if field == "L":
        return day.day == last
    if not field.endswith("W"):
        return _is_in(field, day.day, 1, 31)
    wanted = int(field.removesuffix("W"))
    if wanted > last:
        return False
    # The weekday nearest to the day, in the same month.
    near = day.replace(day=wanted)
    if near.isoweekday() == 6:
        near += timedelta(days=-1 if wanted > 1 else 2)
    elif near.isoweekday() == 7:
        near += timedelta(days=1 if wanted < last else -2)
    return day == near


def _is_of_week(field: str, weekday: int, day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if "#" in field:
        name, _, number = field.partition("#")
        return _number(name) == weekday and (day.day - 1) // 7 + 1 == int(number)
    if field.endswith("L"):
        return _number(field.removesuffix("L")) == weekday and day.day + 7 > last
    return _is_in(field, weekday, 1, 7)


def _is_in(field: str, value: int, lowest: int, highest: int) -> bool:
    """Return whether a field such as `*`, `1,15`, `MON-FRI` or `0/10` holds a value."""
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        begin = lowest if first == "*" else _number(first)
        # `5/10` goes on to the highest value, `5` does not.
        end = _number(last) if dash else highest if first == "*" or step else begin
        if begin <= value <= end and (value - begin) % int(step or 1) == 0:
            return True
    return False


def _number(text: str) -> int:
    return int(_NUMBERS.get(text, text))
