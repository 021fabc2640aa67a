"""Read numbers in disguise: other decimal marks, thousands separators, units, signs, dashes.

A whole column decides its form, which becomes part of a model's schema. It is read only where one
form fits every cell; a column such as 1,234 and 5,678 alone could be thousands or thousandths, and
one of (1) and (2) alone could be footnotes or negative numbers. Numbers that arrive as numbers
(JSON, Parquet) are taken as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.data.number_parts import (
    NumberParts,
    is_plain,
    is_short,
    is_thousands,
    parts_of,
)

MISSING_SIGNS = (
    "-", "--", "?", "??", ".", "..", "*", "\\N", "n.a.", "N.A.", "n/d", "#",
    "\u2013", "\u2014", "\u2212",
)  # fmt: skip
"""What means a missing number among numbers, beside `cell_rules.MISSING_MARKS`."""

_FEW = 20
_PERCENT = "%"
_MARKS = (
    ("", ","), (",", "."), (".", ","), (" ", "."), (" ", ","), ("'", "."), ("'", ","),
)  # fmt: skip
_ANY_MARKS = (("", "."), *_MARKS)


@dataclass(frozen=True)
class NumberForm:
    """How a column writes its numbers.

    `missing` are the signs for no number, `thousands` and `decimal` the marks (`thousands` may be
    empty; a space is any of the spaces of print, an apostrophe is straight or curved), `unit` is
    written before or after each number, money's before or after some of them. `signs` says that a
    negative number is written as (5), 5- or with the mathematical minus, or a price without cents
    as 5.- or 5,-.
    """

    missing: tuple[str, ...] = ()
    thousands: str = ""
    decimal: str = "."
    unit: str = ""
    signs: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the form as the schema holds it."""
        return {**vars(self), "missing": list(self.missing)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> NumberForm:
        """Return the form that `to_json` wrote; one of an earlier release has no `signs`."""
        return cls(**{**document, "missing": tuple(document["missing"])})

    def plain(self, text: str) -> str | None:
        """Return a cell as a plain number, empty where it is missing, None where it is neither.

        Example:
            >>> euros = NumberForm(thousands=".", decimal=",", unit="€")
            >>> euros.plain("1.234,50 €"), euros.plain("(3,5)"), euros.plain("many")
            ('1234.50', '-3.5', None)
        """
        if text in self.missing:
            return ""
        parts = parts_of(text)
        if parts is None:
            return _plain(text, self.thousands, self.decimal)
        if parts.unit not in ("", self.unit):
            return None
        return _plain(parts.body, self.thousands, self.decimal)

    def spelled(self, number: str) -> str:
        """Return a plain number as this form writes it."""
        return number.replace(".", self.decimal)


def number_parts(text: str) -> NumberParts | None:
    """Return the parts of a cell that is a number in some form; None where it is none."""
    if is_plain(text):
        return NumberParts(text)
    parts = parts_of(text)
    if parts is None or not any(_plain(parts.body, *marks) is not None for marks in _ANY_MARKS):
        return None
    return parts


def may_be_number(text: str) -> bool:
    """Return whether a cell could be a number in some form, or mean none."""
    return text in MISSING_SIGNS or number_parts(text) is not None


def find_form(texts: Collection[str]) -> NumberForm | None:
    """Return the one form in which every text is a number or missing.

    None where there is none or several, and where all are plain numbers already.

    Args:
        texts: different cells of a column, trimmed, without the usual marks for missing.

    Example:
        >>> find_form(["12 kg", "7.5 kg"])
        NumberForm(missing=(), thousands='', decimal='.', unit='kg', signs=False)
    """
    missing = tuple(sorted(text for text in texts if text in MISSING_SIGNS))
    found = _all_parts(text for text in texts if text not in missing)
    if not found:
        return None
    units = {parts.unit for parts in found}
    unit = "".join(units)
    if len(units - {""}) > 1:
        return None
    if "" in units and unit and (unit == _PERCENT or not NumberParts("", unit).is_money):
        return None
    if all(parts.sign in ("brackets", "behind") for parts in found):
        return None
    marks = _marks({parts.body for parts in found})
    signs = any(parts.sign for parts in found)
    form = None if marks is None else NumberForm(missing, *marks, unit, signs)
    return None if form == NumberForm() else form


def number_in_disguise(texts: Collection[str]) -> str | None:
    """Return a text of a column that holds only numbers, but not all of them plain ones.

    Columns of features are read so where their form is certain; labels are not, and neither is a
    column such as 1,234 and 5,678 alone. Few numbers with a word behind them, such as 4 stars, are
    names of classes.

    Args:
        texts: as in `find_form`.
    """
    form = find_form(texts)
    disguised = form is not None and not form.missing
    if form is not None and len(texts) <= _FEW and _has_word(texts):
        return None
    if not disguised and not (texts and all(map(is_thousands, texts))):
        return None
    return next(text for text in texts if not is_plain(text))


def _has_word(texts: Collection[str]) -> bool:
    found = filter(None, map(parts_of, texts))
    return any(parts.unit and not parts.is_money for parts in found)


def _all_parts(texts: Iterable[str]) -> list[NumberParts] | None:
    found = []
    for text in texts:
        parts = NumberParts(text) if is_plain(text) else parts_of(text)
        if parts is None:
            return None
        found.append(parts)
    return found


def _marks(bodies: Collection[str]) -> tuple[str, str] | None:
    """Return the thousands separator and the decimal mark, or None where they are not certain."""
    if all(map(is_plain, bodies)):
        return "", "."
    fitting = [
        (thousands, decimal)
        for thousands, decimal in _MARKS
        if all(_plain(body, thousands, decimal) is not None for body in bodies)
    ]
    # Points between groups may be those of an address or a version.
    fitting = [marks for marks in fitting if marks != (".", ",") or any("," in x for x in bodies)]
    if ("", ",") in fitting and (",", ".") in fitting:
        # Thousandths would be written behind every number, thousands only before large ones.
        fitting = [(",", ".")] if any(map(is_short, bodies)) else []
    narrow = [marks for marks in fitting if not marks[0]] or fitting
    return narrow[0] if len(narrow) == 1 or (narrow and narrow[0][0] in (" ", "'")) else None


def _plain(text: str, thousands: str, decimal: str) -> str | None:
    """Return the number in plain form; None where it does not follow the marks."""
    whole, mark, fraction = text.partition(decimal)
    if thousands and thousands in whole:
        head, *groups = whole.lstrip("+-").split(thousands)
        if not is_short(head) or head.startswith("0") or not _are_groups(thousands, head, groups):
            return None
        whole = whole.replace(thousands, "")
    if decimal != "." and "." in whole + fraction:
        return None
    plain = f"{whole}.{fraction}" if mark else whole
    return plain if is_plain(plain) else None


def _are_groups(thousands: str, head: str, groups: list[str]) -> bool:
    """Return whether groups are of three digits, or as India writes them: 12,34,567."""
    *middle, last = (len(group) for group in groups)
    indian = thousands == "," and set(middle) == {2} and len(head) < 3
    return last == 3 and (indian or set(middle) <= {3})
