"""Read the text of a cell by the rules of the training job, so that both see one column."""

from __future__ import annotations

import re
from datetime import datetime

from autogluon_contracts.cell_rules import BOOLEAN, DATETIME, MISSING_MARKS, NA_WORDS, NUMBER

_MARKS = frozenset(MISSING_MARKS)
_NA = frozenset(("", *NA_WORDS))
_NUMBER, _BOOLEAN, _DATETIME = (re.compile(rule) for rule in (NUMBER, BOOLEAN, DATETIME))


def is_number(text: str) -> bool:
    """Tell whether a cell is a number; `01001` is a code."""
    return _NUMBER.match(text.strip()) is not None


def is_date(text: str) -> bool:
    """Tell whether a cell is a valid ISO 8601 date, with or without a time."""
    if _DATETIME.match(text.strip()) is None:
        return False
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def present_values(values: list[str]) -> list[str]:
    """Return the values that are not missing.

    `NA`, `None` and the like are missing; numbers, booleans and dates have more such words.
    """
    unmarked = [value for value in values if value.strip() and value.strip() not in _MARKS]
    different = set(unmarked)
    if any(all(map(rule, different)) for rule in (is_number, _is_boolean, is_date)):
        return unmarked
    return [value for value in values if value not in _NA]


def _is_boolean(text: str) -> bool:
    return _BOOLEAN.match(text.strip()) is not None
