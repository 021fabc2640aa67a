"""Find the cells that keep a column of dates from being read as one, with reasons and fixes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import islice

from autogluon_contracts.data.cell_rules import DATETIME, FIX_OF_STRAYS
from autogluon_contracts.data.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    ORDERS,
    WRITTEN_DATE,
    DateOrder,
    is_iso_date,
    possible_orders,
)
from autogluon_contracts.data.month_names import MONTH_NAME

OTHER_ORDER = "others have day and month in another order"
TWO_DIGITS = "its year has two digits"
NO_YEAR = "it has no year of four digits"
FOREIGN_MONTH = "the name of its month is not known"
OUTSIDE = f"its year is outside {FIRST_YEAR} to {LAST_YEAR}"
OTHER_FORM = "it is written in a way that is not read"
DAY_SECOND = "its day is before its month"
ONLY_TIME = "it is a time without a date"
NO_DATE = "it is not a date"

_FIXES = {
    TWO_DIGITS: "write years with four digits",
    NO_YEAR: "write whole dates, such as 2016-01-31",
    FOREIGN_MONTH: "write months as numbers, such as 2016-01-31",
    OTHER_FORM: "write dates such as 2016-01-31T10:00:00",
    DAY_SECOND: "write dates such as 2016-01-31",
    ONLY_TIME: "write whole dates, such as 2016-01-31T09:30, or the hours as a number, such as 9.5",
}
_MOST_MONTHS = 24  # different words among days and years: names of months, perhaps inflected
_CLOCK = "((?:T|,? ).*)?"
_TWO_DIGITS = (
    re.compile(rf"(?P<head>[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-])(?P<year>[0-9]{{2}}){_CLOCK}"),
    re.compile(
        rf"(?P<head>[0-9]{{1,2}}\.?[ /-]?{MONTH_NAME}\.?,?[ /-]?)'?(?P<year>[0-9]{{2}}){_CLOCK}"
    ),
)
# Of Jan-16, 16-Jan and Q1 16, nothing says whether 16 is the day or the year.
_NO_YEAR = re.compile(
    rf"{MONTH_NAME}\.?[ /-]?'?[0-9]{{1,2}}|[0-9]{{1,2}}\.?[ /-]?{MONTH_NAME}\.?"
    r"|[QqTt][1-4][ /-]?'?[0-9]{2}|'?[0-9]{2}[ /-]?[Qq][1-4]"
)
_WITH_WORD = re.compile(
    r"(?P<day>[0-9]{1,2})\.?[ /-](?P<word>[^\W\d_]{2,})\.?,?[ /-](?P<year>[0-9]{4})" + _CLOCK
)
# E-mail and others with the name of a time zone, C's ctime, JavaScript, SAS, logs of web servers,
# ISO 8601 without hyphens, IBM's Db2, points or an h in a time, East Asia.
_OTHER_FORM = re.compile(
    r"(?:[A-Z][a-z]{2},? )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{5,8} [A-Z]{3,5}"
    r"|(?:[0-9]{4}[/.-][0-9]{1,2}[/.-][0-9]{1,2}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4})[T ]"
    r"[0-9:.]{4,15}(?: ?[AaPp][Mm])? ?[A-Z]{3,5}"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{1,2} [0-9]{4} [0-9:]{8} GMT[+-][0-9]{4}(?: \(.*\))?"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} (?:[A-Z]{3,4} )?[0-9]{4}"
    r"|[0-9]{1,2}[A-Za-z]{3}[0-9]{4}:[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"|[0-9]{1,2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2}(?: [+-][0-9]{4})?"
    r"|[0-9]{8}T[0-9]{4,6}(?:\.[0-9]+)?(?:Z|[+-][0-9]{4})?"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.[0-9]{2}\.[0-9]{2}(?:\.[0-9]+)?"
    r"|(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}) "
    r"[0-9]{1,2}[.h][0-9]{2}(?:\.[0-9]{2})?"
    r"|[0-9]{4}\u5e74[0-9]{1,2}\u6708(?:[0-9]{1,2}\u65e5)?"
    r"|[0-9]{4}\ub144 ?[0-9]{1,2}\uc6d4(?: ?[0-9]{1,2}\uc77c)?"
)
# The hours of a running time may be many.
_ONLY_TIME = re.compile(
    r"[0-9]{1,3}:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?[AaPp]\.? ?[Mm]\.?)?"
    r"|(?:0?[1-9]|1[0-2]) ?[AaPp]\.? ?[Mm]\.?"
)
_DAY_SECOND = re.compile(rf"[0-9]{{4}}[/.-](?:1[3-9]|2[0-9]|3[01])[/.-](?:0?[1-9]|1[0-2]){_CLOCK}")
# Clocks of which each has the same place in every form of a date.
_MOMENT = re.compile(
    r"[T ](?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
    r"|(?:0?[1-9]|1[0-2]):[0-5][0-9](?::[0-5][0-9])? ?(?P<half>[AaPp])[Mm])\Z"
)
_SHAPE = re.compile(rf"{DATETIME}|{WRITTEN_DATE}")
_MOST_DAYS = 31
_FIRST = 1_000


def fix_of(reason: str) -> str:
    """Return what to do about a cell that is not read for this reason, to go on a sentence.

    Example:
        >>> fix_of(TWO_DIGITS)
        'write years with four digits'
    """
    return _FIXES.get(reason, FIX_OF_STRAYS)


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
    first = list(islice(texts, _FIRST))
    # What most columns hold are not dates, which their first texts show.
    foreign = _foreign(first)
    if 10 * _likely(first, foreign) <= len(first):
        return {}
    foreign = _foreign(texts) if foreign else foreign
    if 2 * _likely(texts, foreign) <= len(texts):
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
    unread |= {text: FOREIGN_MONTH for text in foreign if text in unread}
    # Versions and parts of addresses look like dates, too.
    return unread if any(counted) or {*unread.values()} != {NO_DATE} else {}


def _likely(texts: Collection[str], foreign: Collection[str]) -> int:
    """Return how many texts look like dates."""
    return sum(
        1
        for text in texts
        if _SHAPE.match(text) or text in foreign or _lacks(text) or _other_form(text)
    )


def _foreign(texts: Collection[str]) -> frozenset[str]:
    """Return the texts with a word between day and year, where few such words are about."""
    found = {text: match for text in texts if (match := _WITH_WORD.fullmatch(text)) is not None}
    unknown = {
        text: match["word"]
        for text, match in found.items()
        if not _SHAPE.match(text) and 1 <= int(match["day"]) <= _MOST_DAYS
    }
    return frozenset(unknown if len(set(unknown.values())) <= _MOST_MONTHS else ())


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


def _lacks(text: str) -> str:
    """Return what the year of a date lacks; empty where the text is not such a date."""
    for pattern in _TWO_DIGITS:
        match = pattern.fullmatch(text)
        if match and possible_orders([f"{match['head'].rstrip(chr(39))}20{match['year']}"]):
            return TWO_DIGITS
    return NO_YEAR if _NO_YEAR.fullmatch(text) else ""


def _other_form(text: str) -> str:
    """Return what is unusual about the form of a date or time; empty where nothing is known."""
    if _OTHER_FORM.fullmatch(text):
        return OTHER_FORM
    if _ONLY_TIME.fullmatch(text):
        return ONLY_TIME
    return DAY_SECOND if _DAY_SECOND.fullmatch(text) else ""


def _reason(text: str, orders: tuple[DateOrder | None, ...]) -> str:
    if orders:
        return OTHER_ORDER
    known = _lacks(text) or _other_form(text)
    if known:
        return known
    year = re.search("[0-9]{4}", text)
    if _SHAPE.match(text) and year and not FIRST_YEAR <= int(year[0]) <= LAST_YEAR:
        return OUTSIDE
    return NO_DATE
