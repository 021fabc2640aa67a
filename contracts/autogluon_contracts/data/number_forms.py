"""Read numbers in disguise: other decimal marks, thousands separators, units, dashes for missing.

A whole column decides its form, which becomes part of a model's schema. It is read only where one
form fits every cell; a column such as 1,234 and 5,678 alone could be thousands or thousandths.
Numbers that arrive as numbers (JSON, Parquet) are taken as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.data.cell_rules import NUMBER

MISSING_SIGNS = ("-", "--", "?", "??", ".", "..", "*", "\\N", "n.a.", "N.A.", "n/d", "#")
"""What means a missing number among numbers, beside `cell_rules.MISSING_MARKS`."""

CODE = r"^[+-]?0[0-9]+$"
"""A number with superfluous zeros in front: a column that has one holds codes, not numbers."""

_UNITS = r"[$€£¥₹%]|USD|EUR|GBP|CHF"
_BODY = r"[0-9+\-.,' \u00a0\u202f]*[0-9]"
_WITH_UNIT = re.compile(
    rf"(?P<sign>[+-]?)(?P<before>{_UNITS})? ?(?P<body>{_BODY}) ?(?P<after>{_UNITS})?"
)
_PERCENT = "%"
_SPACES = " \u00a0\u202f"
_is_plain = re.compile(NUMBER).fullmatch
_is_code = re.compile(CODE).match
_has_thousands = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+").fullmatch
_is_short = re.compile(r"[0-9]{1,3}").fullmatch


@dataclass(frozen=True)
class NumberForm:
    """How a column writes its numbers.

    `missing` are the signs for no number, `thousands` and `decimal` the marks (`thousands` may be
    empty; a space is any of the spaces of print), `unit` is written before or after each number or
    some of them.
    """

    missing: tuple[str, ...] = ()
    thousands: str = ""
    decimal: str = "."
    unit: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the form as the schema holds it."""
        return {**vars(self), "missing": list(self.missing)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> NumberForm:
        """Return the form that `to_json` wrote."""
        return cls(**{**document, "missing": tuple(document["missing"])})

    def plain(self, text: str) -> str | None:
        """Return a cell as a plain number, empty where it is missing, None where it is neither.

        Example:
            >>> euros = NumberForm(thousands=".", decimal=",", unit="€")
            >>> euros.plain("1.234,50 €"), euros.plain("-3,5"), euros.plain("many")
            ('1234.50', '-3.5', None)
        """
        if text in self.missing:
            return ""
        match = _WITH_UNIT.fullmatch(text) if self.unit else None
        if match is not None and self.unit in (match["before"], match["after"]):
            if match["before"] and match["after"]:
                return None
            text = match["sign"] + match["body"]
        return _plain(text, self.thousands, self.decimal)

    def spelled(self, number: str) -> str:
        """Return a plain number as this form writes it."""
        return number.replace(".", self.decimal)


def is_code(text: str) -> bool:
    """Return whether a cell is a code such as `01001`."""
    return _is_code(text) is not None


def may_be_number(text: str) -> bool:
    """Return whether a cell could be a number in some form, or mean none."""
    return text in MISSING_SIGNS or _WITH_UNIT.fullmatch(text) is not None or bool(_is_plain(text))


def find_form(texts: Collection[str]) -> NumberForm | None:
    """Return the one form in which every text is a number or missing.

    None where there is none or several, and where all are plain numbers already.

    Args:
        texts: different cells of a column, trimmed, without the usual marks for missing.
    """
    missing = tuple(sorted(text for text in texts if text in MISSING_SIGNS))
    bodies, units = [], set()
    for text in texts:
        if text in missing:
            continue
        match = _WITH_UNIT.fullmatch(text)
        if match is None:
            if not _is_plain(text):
                return None
            bodies.append(text)
            continue
        if match["before"] and match["after"]:
            return None
        units.add(match["before"] or match["after"] or "")
        bodies.append(match["sign"] + match["body"])
    unit = "".join(units)
    if not bodies or len(units - {""}) > 1 or (_PERCENT in units and len(units) > 1):
        return None
    marks = _marks(bodies)
    form = None if marks is None else NumberForm(missing, *marks, unit)
    return None if form == NumberForm() else form


def number_in_disguise(texts: Collection[str]) -> str | None:
    """Return a text of a column that holds only numbers, but not all of them plain ones.

    Columns of features are read so where their form is certain; labels are not, and neither is a
    column such as 1,234 and 5,678 alone.

    Args:
        texts: as in `find_form`.
    """
    form = find_form(texts)
    disguised = form is not None and not form.missing
    if not disguised and not (texts and all(map(_has_thousands, texts))):
        return None
    return next(text for text in texts if not _is_plain(text))


def _marks(bodies: Collection[str]) -> tuple[str, str] | None:
    """Return the thousands separator and the decimal mark, or None where they are not certain."""
    if all(map(_is_plain, bodies)):
        return "", "."
    fitting = [
        (thousands, decimal)
        for thousands, decimal in (
            ("", ","), (",", "."), (".", ","), (" ", "."), (" ", ","), ("'", "."),
        )
        if all(_plain(body, thousands, decimal) is not None for body in bodies)
    ]  # fmt: skip
    # Points between groups may be those of an address or a version.
    fitting = [marks for marks in fitting if marks != (".", ",") or any("," in x for x in bodies)]
    if ("", ",") in fitting and (",", ".") in fitting:
        # Thousandths would be written behind every number, thousands only before large ones.
        fitting = [(",", ".")] if any(map(_is_short, bodies)) else []
    narrow = [marks for marks in fitting if not marks[0]] or fitting
    return narrow[0] if len(narrow) == 1 or (narrow and narrow[0][0] == " ") else None


def _plain(text: str, thousands: str, decimal: str) -> str | None:
    """Return the number in plain form; None where it does not follow the marks."""
    if thousands == " ":
        for space in _SPACES[1:]:
            text = text.replace(space, " ")
    whole, mark, fraction = text.partition(decimal)
    if thousands and thousands in whole:
        head, *groups = whole.lstrip("+-").split(thousands)
        if not _is_short(head) or head.startswith("0") or any(len(x) != 3 for x in groups):
            return None
        whole = whole.replace(thousands, "")
    if decimal != "." and "." in whole + fraction:
        return None
    plain = f"{whole}.{fraction}" if mark else whole
    return plain if _is_plain(plain) else None
