"""Take a cell apart that writes a number with a sign, a unit or marks of its own."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from autogluon_contracts.data.cell_rules import NUMBER

CODE = r"^[+-]?0[0-9]+$"
"""A number with superfluous zeros in front: a column that has one holds codes, not numbers."""

_MONEY = (
    r"(?:US|CA|C|AU|A|NZ|HK|S|R|MX)?\$|[€£¥₹₽₩₺₪฿₫₴%]|Rs\.?|kr\.?|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD"
    "|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR"
)
_THOUSANDS = ("k", "K", "M", "B", "bn", "mn", "tn", "Mio", "Mrd")
"""Words for a thousand and more, which may follow a number with money before it."""
# A word behind a number, such as kg, km/h, °C or m2; none of times of day, ordinals and exponents.
_WORD = (
    r"(?!(?i:[ap]\.?m\.?|st|nd|rd|th|e[23]?)(?: |$))"
    r"(?:[^\W\d_](?:[^\W\d_]|[./²³%-])*[23]?|°[^\W\d_]?|[‰\u2032\u2033])(?: [^\W\d_]{1,9}){0,2}"
)
_LONGEST_UNIT = 16
_BODY = r"[0-9.,](?:[0-9.,' ]*[0-9])?\.?"
_CELL = re.compile(
    rf"(?P<sign>[+-]?)(?P<before>{_MONEY})? ?(?P<late_sign>[+-]?)(?P<body>{_BODY})"
    rf"(?P<behind>-?)(?: ?(?P<after>{_MONEY}|{_WORD}))?"
)
_BRACKETS = re.compile(
    rf"(?P<before>(?:{_MONEY})? ?)\((?P<inside>[^()]+)\)(?P<after>.*)", re.DOTALL
)
# As print and editors write a space, an apostrophe and a minus.
_AS_TYPED = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")
    | {"\u2019": "'"}
    | dict.fromkeys("\u2212\u2013\u2011\ufe63\uff0d", "-")
)
# As `5.-`, `5,--` and `CHF 5.\u2014` write a price without cents: the dash is not a minus.
_NO_CENTS = re.compile("(?<=[0-9])(?P<mark>[.,])(?:-{1,2}|\u2014)(?![0-9-])")
_MINUS = re.compile("[\u2212\u2013\u2011\ufe63\uff0d]")

is_plain = re.compile(NUMBER).fullmatch
is_thousands = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+").fullmatch
is_short = re.compile(r"[+-]?[0-9]{1,3}").fullmatch
_is_code = re.compile(CODE).match
_is_money = re.compile(_MONEY).fullmatch


class NumberParts(NamedTuple):
    """A number without its unit.

    `sign` says how it is negative where no hyphen says so, or that a dash is in place of its cents.
    """

    body: str
    unit: str = ""
    sign: Literal["", "brackets", "behind", "minus", "no cents"] = ""

    @property
    def is_money(self) -> bool:
        """Return whether the unit is one of money or a percent sign, not a word."""
        return _is_money(self.unit) is not None


def is_code(text: str) -> bool:
    """Return whether a cell is a code such as `01001`."""
    return _is_code(text) is not None


def parts_of(text: str) -> NumberParts | None:
    """Return the parts of a cell that may be a number; None where it is none, or has two signs.

    Example:
        >>> parts_of("(1,234.50)")
        NumberParts(body='-1,234.50', unit='', sign='brackets')
        >>> parts_of("12 kg")
        NumberParts(body='12', unit='kg', sign='')
        >>> parts_of("CHF 5.-")
        NumberParts(body='5.0', unit='CHF', sign='no cents')
    """
    typed = text if text.isascii() else text.translate(_AS_TYPED)
    typed, whole_prices = _NO_CENTS.subn(r"\g<mark>0", typed)
    brackets = _BRACKETS.fullmatch(typed) if "(" in typed else None
    if brackets is not None:
        typed = brackets["before"] + brackets["inside"] + brackets["after"]
    match = _CELL.fullmatch(typed)
    if match is None:
        return None
    if match["before"] and match["after"] and match["after"].rstrip(".") not in _THOUSANDS:
        return None
    unit = (match["before"] or "") + (match["after"] or "")
    signs = match["sign"] + match["late_sign"] + match["behind"]
    if len(unit) > _LONGEST_UNIT or len(signs) > 1 or (signs and brackets is not None):
        return None
    if brackets is not None:
        return NumberParts(f"-{match['body']}", unit, "brackets")
    if match["behind"]:
        return NumberParts(f"-{match['body']}", unit, "behind")
    body = signs + match["body"]
    if whole_prices:
        return NumberParts(body, unit, "no cents")
    is_printed = not text.isascii() and _MINUS.search(text) is not None
    return NumberParts(body, unit, "minus" if is_printed else "")
