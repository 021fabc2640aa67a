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
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
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
_SHORT_YEAR = re.compile(
    r"(?P<head>[0-9]{1,2}[/.-][0-9]{1,2}[/.-])(?P<year>[0-9]{2})(?P<clock>[T ].*)?"
)
# Clocks of which each has the same place in every form of a date.
_MOMENT = re.compile(
    r"[T ](?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
    r"|(?:0?[1-9]|1[0-2]):[0-5][0-9](?::[0-5][0-9])? ?(?P<half>[AaPp])[Mm])\Z"
)
_SHAPE = re.compile(rf"{DATETIME}|{WRITTEN_DATE}")
_FIRST_YEAR, _LAST_YEAR = 1678, 2261
_NOON = 12
_NO_DATE = "it is not a date"
_ISO = re.compile(DATETIME)


def is_iso_date(text: str) -> bool:
    """Return whether the text is a date of the calendar in ISO 8601, and 64 bits hold it."""
    if _ISO.match(text) is None:
        return False
    try:
        return _FIRST_YEAR <= datetime.fromisoformat(text).year <= _LAST_YEAR
    except ValueError:
        return False


def iso_date(text: str, order: DateOrder) -> str | None:
    """Return the date in ISO 8601; None where it is not one in this order that 64 bits hold.

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
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
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


def unread_dates(texts: Collection[str]) -> Mapping[str, str]:
    """Return the texts that keep a column of dates from being read, each with the reason.

    Args:
        texts: the different values of a column that is not read as dates.

    Returns:
        Nothing where half of the texts, or fewer, look like dates.

    Example:
        >>> unread_dates(["2016-01-31", "2017-02-01", "9999-12-31"])
        {'9999-12-31': 'its year is outside 1678 to 2261'}
    """
    likely = sum(1 for text in texts if _SHAPE.match(text) or _SHORT_YEAR.fullmatch(text))
    if 2 * likely <= len(texts):
        return {}
    # Many moments are on few days: one moment of each is judged.
    moments = {text: _one_moment(text) for text in texts}
    orders = {moment: _orders_of(moment) for moment in dict.fromkeys(moments.values())}
    counted = Counter(orders[moment] for moment in moments.values())
    best = max(
        (None, *ORDERS),
        key=lambda order: sum(count for found, count in counted.items() if order in found),
    )
    reasons = {
        moment: _reason(moment, found) for moment, found in orders.items() if best not in found
    }
    unread = {text: reasons[moment] for text, moment in moments.items() if moment in reasons}
    # Versions and parts of addresses look like dates, too.
    return unread if any(counted) or {*reasons.values()} != {_NO_DATE} else {}


def _one_moment(text: str) -> str:
    """Return the date at a moment that is read as the text's own moment is.

    Example:
        >>> _one_moment("01/31/2016 17:07:59"), _one_moment("01/31/2016 5:07 PM")
        ('01/31/2016 00:00', '01/31/2016 01:00 AM')
    """
    match = _MOMENT.search(text)
    if match is None:
        return text
    return text[: match.start()] + (" 01:00 AM" if match["half"] else " 00:00")


def _orders_of(text: str) -> tuple[DateOrder | None, ...]:
    """Return the orders in which the text is a date; all of them, and None, for ISO 8601."""
    return (None, *ORDERS) if is_iso_date(text) else possible_orders([text])


def _is_short(text: str) -> bool:
    match = _SHORT_YEAR.fullmatch(text)
    return match is not None and bool(
        possible_orders([f"{match['head']}20{match['year']}{match['clock'] or ''}"])
    )


def _reason(text: str, orders: tuple[DateOrder | None, ...]) -> str:
    if orders:
        return "others have day and month in another order"
    if _is_short(text):
        return "its year has two digits"
    year = re.search("[0-9]{4}", text)
    if _SHAPE.match(text) and year and not _FIRST_YEAR <= int(year[0]) <= _LAST_YEAR:
        return f"its year is outside {_FIRST_YEAR} to {_LAST_YEAR}"
    return _NO_DATE


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
