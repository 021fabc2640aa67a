"""Read dates as people write them, by an order that the whole column decides.

Beside ISO 8601 (`cell_rules.DATETIME`), a date is three numbers between slashes, points or hyphens
with a year of four digits, or a year and a month (`2016-01` is its first day), and perhaps a time
with AM or PM. A month may have its English name (`Jan 31, 2016`, `31-Jan-2016`). One cell such as
01/02/2016 does not say which number is the month, but a column with a 31/01/2016 does. Points
between day and month always mean day first. The order of a column is part of a model's schema; ISO
dates are read beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, get_args

from autogluon_contracts.data.cell_rules import DATETIME

DateOrder = Literal["year-month-day", "month-day-year", "day-month-year", "named-month"]

ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)
EXAMPLES: dict[DateOrder, str] = {
    "year-month-day": "2016/01/31",
    "month-day-year": "01/31/2016",
    "day-month-year": "31.01.2016",
    "named-month": "31 Jan 2016",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    "(?i:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    "|Sep(?:t|tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_TIME = r"([T ] *[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?( ?[AaPp][Mm])?)?"
WRITTEN_DATE = (
    r"^([0-9]{4}[/.-][0-9]{1,2}[/.-][0-9]{1,2}|[0-9]{4}[/-][0-9]{2}"
    r"|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}"
    rf"|{_NAME}\.?[ /-]([0-9]{{1,2}},?[ /-])?[0-9]{{4}}"
    rf"|[0-9]{{1,2}}\.?[ /-]?{_NAME}\.?,?[ /-]?[0-9]{{4}})" + _TIME + "$"
)
"""What may be a date in some order; for RE2 and Python alike."""

_CLOCK = (
    r"(?:[T ] *(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?P<fraction>\.[0-9]{1,9})?)?(?: ?(?P<half>[AaPp])[Mm])?)?"
)
_DAY_FIRST = r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})"
_NAMED = re.compile(
    rf"(?:(?P<name>{_NAME})\.?[ /-](?:(?P<day>[0-9]{{1,2}}),?[ /-])?(?P<year>[0-9]{{4}})"
    rf"|(?P<day_first>[0-9]{{1,2}})\.?[ /-]?(?P<later_name>{_NAME})\.?,?[ /-]?(?P<last>[0-9]{{4}}))"
    r"(?P<clock>[T ].*)?"
)
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
_NOON = 12
_ISO = re.compile(DATETIME)


def is_iso_date(text: str) -> bool:
    """Return whether the text is a date of the calendar in ISO 8601."""
    if _ISO.match(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def iso_date(text: str, order: DateOrder) -> str | None:
    """Return the date in ISO 8601; None where the text is not a date in this order.

    Example:
        >>> iso_date("1/31/2016 5:07 PM", "month-day-year"), iso_date("2016-01", "year-month-day")
        ('2016-01-31T17:07:00', '2016-01-01T00:00:00')
    """
    if order == "named-month":
        text, order = _numbered(text), "year-month-day"
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
    return moment.isoformat() + (parts["fraction"] or "")


def _numbered(text: str) -> str:
    """Return a date with the month's name as year/month/day; empty where it is not one."""
    match = _NAMED.fullmatch(text)
    if match is None:
        return ""
    name = match["name"] or match["later_name"]
    month = _MONTHS.index(name[:3].lower()) + 1
    day = match["day"] or match["day_first"] or "1"
    return f"{match['year'] or match['last']}/{month}/{day}{match['clock'] or ''}"


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
