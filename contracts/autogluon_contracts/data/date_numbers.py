"""Recognise moments that are written as one number: they are read as numbers, and worth a word."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

FIX_OF_NUMBERS = (
    "write dates, such as 2016-01-31T09:30:00Z, if their weekdays and months should count"
)
"""What to do about them, to go on a sentence."""

_ENOUGH = 5  # so many numbers are not days of the calendar by chance
_NAMED = re.compile(
    r"(?i:time|date|epoch|stamp|unix|when|created|updated|modified|expires|birth|born|dob"
    r"|datum|fecha|data_)|(^|[_\W])(?i:ts|at|on|dt|day|since|until)$|(At|On|Day)$"
)
_MONTH_NAMED = re.compile(r"(?i:month|period|date|yyyymm|ym$)")
_number = re.compile(r"[0-9]{5,19}(\.[0-9]*)?").fullmatch
# From September 2001 to 2036, in seconds.
_EPOCH = (10**9, 2_100_000_000)
_EARLY = 10**8  # 1973, where the column's name says that it holds moments
_EPOCHS = (
    (10**3, "milliseconds"), (10**6, "microseconds"), (10**9, "nanoseconds"),
)  # fmt: skip
_EXCEL = range(20_000, 60_000)  # 1954 to 2064


def date_numbers(name: str, texts: Collection[str]) -> str:
    """Return what the numbers of a column are if they are moments; empty where they are not.

    Args:
        name: the column's name, which decides where numbers alone cannot.
        texts: the different cells, without missing ones.

    Example:
        >>> date_numbers("created_at", ["1454227200", "1454313600"])
        'seconds since 1970'
        >>> date_numbers("phone", ["1454227200", "1454313600"])
        ''
    """
    if len(texts) < 2 or not all(map(_number, texts)):
        return ""
    whole = {text.partition(".")[0] for text in texts}
    numbers = [int(text) for text in whole]
    low, high = min(numbers), max(numbers)
    named = _NAMED.search(name) is not None
    for unit, word in _EPOCHS:
        if _EPOCH[0] * unit <= low and high < _EPOCH[1] * unit:
            return f"{word} since 1970"
    if named and low >= _EARLY and high < _EPOCH[1]:
        return "seconds since 1970"
    lengths = set(map(len, whole))
    if lengths == {8} and (named or len(whole) >= _ENOUGH) and _are_dates(whole, "%Y%m%d"):
        return "year, month and day as one number"
    if lengths == {6} and _MONTH_NAMED.search(name) and _are_dates(whole, "%Y%m"):
        return "year and month as one number"
    if low in _EXCEL and high in _EXCEL and re.search("date|datum|fecha", name, re.IGNORECASE):
        return "days as Excel counts them"
    return ""


def _are_dates(texts: Collection[str], form: str) -> bool:
    try:
        return all(1900 <= datetime.strptime(text, form).year <= 2100 for text in texts)
    except ValueError:
        return False
