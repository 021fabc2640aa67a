"""Read dates as people write them, by an order that the whole column decides.

Beside ISO 8601 (`cell_rules.DATETIME`), a date is three numbers between slashes, points or hyphens
with a year of four digits, or a year and a month (`2016-01` is its first day), and perhaps a time
with AM or PM, and with an offset or UTC behind it. A month may have its name (`Jan 31, 2016`, `31.
März 2016`), see `month_names`, and a quarter, half-year, week or month may have its letter:
`2016Q1`, `Q1 2016`, `2016-W05`, `2016M01` and `01/2016` are their first days. One cell such as
01/02/2016 does not say which number is the month, but a column with a 31/01/2016 does. Points
between day and month always mean day first. The order of a column is part of a model's schema; ISO
dates are read beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Literal, get_args

from autogluon_contracts.data.cell_rules import DATETIME
from autogluon_contracts.data.month_names import MONTH_NAME, month_of

DateOrder = Literal["year-month-day", "month-day-year", "day-month-year", "named-month", "period"]

ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)
EXAMPLES: dict[DateOrder, str] = {
    "year-month-day": "2016/01/31",
    "month-day-year": "01/31/2016",
    "day-month-year": "31.01.2016",
    "named-month": "31 Jan 2016",
    "period": "2016Q1",
}
# Behind the date: `5:07 p.m.`, `09:30:00,123`, `, 09:30 UTC`, `09:30:00+00`, `09:30 -05:00`.
_TIME = (
    r"((T|,? ) *[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?( ?[AaPp]\.? ?[Mm]\.?)?"
    r"( ?(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?))?)?"
)
_ORDINAL = "(?i:st|nd|rd|th|er|º)?"
_DAY = f"[0-9]{{1,2}}{_ORDINAL}"
_OF = "(?i:(de|del|of) )?"
_WEEKDAY = r"((?i:(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?),? )?"
_LETTERED = (
    "[0-9]{4}[ :/-]?[QTHMWqthmw][0-9]{1,2}(-[1-7])?"
    "|([Qq][1-4][ :/-]?|[THth][1-4][ :/-]|[1-4][Qq][ /-]?)[0-9]{4}"
    r"|([0-9]{1,2}/|[0-9]{2}[.-])[0-9]{4}"
)
WRITTEN_DATE = (
    r"^([0-9]{4}[/.-][0-9]{1,2}[/.-][0-9]{1,2}|[0-9]{4}[/-][0-9]{2}"
    r"|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}"
    rf"|{_WEEKDAY}{MONTH_NAME}\.?[ /-]{_OF}({_DAY},?[ /-])?[0-9]{{4}}"
    rf"|{_WEEKDAY}{_DAY}\.?[ /-]?{_OF}{MONTH_NAME}\.?,?[ /-]?{_OF}[0-9]{{4}}"
    rf"|[0-9]{{4}}[ /-]{MONTH_NAME}\.?([ /-]{_DAY})?|{_LETTERED})" + _TIME + "$"
)
"""What may be a date in some order; for RE2 and Python alike."""

_CLOCK = (
    r"(?:(?:T|,? ) *(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.? ?[Mm]\.?)?"
    r"(?: ?(?P<zone>Z|UTC|GMT|(?P<ahead>[+-][0-9]{2}):?(?P<minutes>[0-9]{2})?))?)?"
)
_DAY_FIRST = r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"
_NAMED = re.compile(
    _WEEKDAY + rf"(?:(?P<name>{MONTH_NAME})\.?[ /-]{_OF}(?:(?P<day>[0-9]{{1,2}}){_ORDINAL},?[ /-])?"
    rf"(?P<year>[0-9]{{4}})"
    rf"|(?P<day_first>[0-9]{{1,2}}){_ORDINAL}\.?[ /-]?{_OF}(?P<later_name>{MONTH_NAME})\.?,?[ /-]?"
    rf"{_OF}(?P<last>[0-9]{{4}})"
    rf"|(?P<first>[0-9]{{4}})[ /-](?P<second_name>{MONTH_NAME})\.?"
    rf"(?:[ /-](?P<last_day>[0-9]{{1,2}}){_ORDINAL})?)(?P<clock>(?:T|,? ).*)?"
)
_PERIOD = re.compile(
    r"(?P<year>[0-9]{4})[ :/-]?(?P<letter>[QTHMWqthmw])(?P<number>[0-9]{1,2})"
    r"(?:-(?P<weekday>[1-7]))?"
    r"|(?:(?P<first_letter>[QTHqth])(?P<first_number>[1-4])(?:[ :/-]|(?<=[Qq].))"
    r"|(?P<count>[1-4])[Qq][ /-]?)"
    r"(?P<last>[0-9]{4})"
    r"|(?P<month>[0-9]{1,2}/|[0-9]{2}[.-])(?P<month_year>[0-9]{4})"
)
_PER_YEAR = {"Q": 4, "T": 4, "H": 2, "M": 12}  # T as in trimestre
_PATTERNS: dict[DateOrder, re.Pattern[str]] = {
    "year-month-day": re.compile(
        r"(?P<year>[0-9]{4})(?:[/.-](?P<month>[0-9]{1,2})[/.-](?P<day>[0-9]{1,2})"
        r"|[/-](?P<only_month>[0-9]{2}))" + _CLOCK
    ),
    "month-day-year": re.compile(
        r"(?P<month>[0-9]{1,2})[/-](?P<day>[0-9]{1,2})[/-](?P<year>[0-9]{4})" + _CLOCK
    ),
    "day-month-year": re.compile(_DAY_FIRST + _CLOCK),
}
FIRST_YEAR, LAST_YEAR = 1678, 2261
"""The whole years that 64 bits of nanoseconds hold."""
_NOON = 12
_HOUR = 60  # minutes
_MOST_HOURS = 23  # what `fromisoformat` takes
_ISO = re.compile(DATETIME)


def is_iso_date(text: str) -> bool:
    """Return whether the text is a date of the calendar in ISO 8601, and 64 bits hold it."""
    if _ISO.match(text) is None:
        return False
    try:
        return FIRST_YEAR <= datetime.fromisoformat(text).year <= LAST_YEAR
    except ValueError:
        return False


def iso_date(text: str, order: DateOrder) -> str | None:
    """Return the date in ISO 8601; None where it is not one in this order that 64 bits hold.

    Example:
        >>> iso_date("1/31/2016 5:07 PM", "month-day-year"), iso_date("2016Q2", "period")
        ('2016-01-31T17:07:00', '2016-04-01T00:00:00')
        >>> iso_date("2016-01-31 09:30:00 +0100", "year-month-day")
        '2016-01-31T09:30:00+01:00'
    """
    if order in _NUMBERED:
        text, order = _NUMBERED[order](text), "year-month-day"
    match = _PATTERNS[order].fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    month, day = parts["month"] or parts.get("only_month"), parts["day"] or "1"
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if parts["half"] in "Pp" else 0)
    try:
        moment = datetime(
            int(parts["year"]), int(month or 0), int(day),
            hour, int(parts["minute"] or 0), int(parts["second"] or 0),
        )  # fmt: skip
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    zone = _offset(parts)
    if zone is None:
        return None
    fraction = f".{parts['fraction']}" if parts["fraction"] else ""
    return f"{moment.isoformat()}{fraction}{zone}"


def _offset(parts: Mapping[str, str | None]) -> str | None:
    """Return the offset behind a time, as ISO 8601 has it; None where no place has it."""
    ahead, minutes = parts["ahead"], parts["minutes"] or "00"
    if ahead is None:
        return "Z" if parts["zone"] else ""
    if int(ahead[1:]) > _MOST_HOURS or int(minutes) >= _HOUR:
        return None
    return f"{ahead}:{minutes}"


def _without_name(text: str) -> str:
    """Return a date with the month's name as year/month/day; empty where it is not one."""
    match = _NAMED.fullmatch(text)
    if match is None:
        return ""
    month = month_of(match["name"] or match["later_name"] or match["second_name"])
    if month is None:
        return ""
    day = match["day"] or match["day_first"] or match["last_day"] or "1"
    year = match["year"] or match["last"] or match["first"]
    return f"{year}/{month}/{day}{match['clock'] or ''}"


def _first_day(text: str) -> str:
    """Return a quarter, half-year, week or month as year/month/day; empty where it is not one.

    Example:
        >>> _first_day("Q2 2016"), _first_day("2016-W05"), _first_day("07/2016")
        ('2016/4/1', '2016/2/1', '2016/07/1')
    """
    match = _PERIOD.fullmatch(text)
    if match is None:
        return ""
    if match["month"]:
        return f"{match['month_year']}/{match['month'][:-1]}/1"
    letter = (match["letter"] or match["first_letter"] or "Q").upper()
    number = int(match["number"] or match["first_number"] or match["count"])
    year = int(match["year"] or match["last"])
    if letter == "W":
        try:
            first = date.fromisocalendar(year, number, int(match["weekday"] or 1))
        except ValueError:
            return ""
        return f"{first.year}/{first.month}/{first.day}"
    if match["weekday"] or not 1 <= number <= _PER_YEAR[letter]:
        return ""
    return f"{year}/{1 + (number - 1) * 12 // _PER_YEAR[letter]}/1"


_NUMBERED: dict[DateOrder, Callable[[str], str]] = {
    "named-month": _without_name,
    "period": _first_day,
}


def possible_orders(texts: Iterable[str]) -> tuple[DateOrder, ...]:
    """Return the orders in which every text is a date of the calendar.

    Two of them are ambiguous: each text could have its month first or its day first.
    """
    orders = ORDERS
    for text in texts:
        orders = tuple(order for order in orders if iso_date(text, order) is not None)
        if not orders:
            return ()
    return orders
