"""Read the text of a cell by the rules of the training job, so that both see one column."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import chain

from autogluon_contracts.data.cell_rules import (
    BOOLEAN,
    INFINITE,
    MISSING_MARKS,
    NA_WORDS,
    NUMBER,
    WHOLE_NUMBER,
)
from autogluon_contracts.data.dates import DateOrder, is_iso_date, possible_orders

WORDS_OF_TEXT = 3
DISTINCT_SHARE_OF_TEXT = 0.01
"""Texts are free text, not categories, where their different values have so many words on average,
and more than this share of the rows has a value of its own: AutoGluon's measure of language."""

_MARKS = frozenset(MISSING_MARKS)
_NA = frozenset(("", *NA_WORDS))
_NUMBER, _BOOLEAN, _INFINITE, _WHOLE = (
    re.compile(rule) for rule in (NUMBER, BOOLEAN, INFINITE, WHOLE_NUMBER)
)
_64_BITS = range(-(2**63), 2**63)
_MOST_DIGITS = 20  # with a sign


def is_number(text: str) -> bool:
    """Tell whether a cell is a number; `01001` is a code."""
    return _NUMBER.match(text.strip()) is not None


def is_boolean(text: str) -> bool:
    """Tell whether a cell is `true` or `false`, in any case."""
    return _BOOLEAN.match(text.strip()) is not None


def are_beyond_64_bits(texts: Collection[str]) -> bool:
    """Tell whether cells spell whole numbers of which one has more than 64 bits: identifiers."""
    stripped = [text.strip() for text in texts]
    return all(map(_WHOLE.match, stripped)) and any(
        len(text) > _MOST_DIGITS or int(text) not in _64_BITS for text in stripped
    )


def is_infinite(text: str) -> bool:
    """Tell whether a cell spells infinity."""
    return _INFINITE.match(text.strip()) is not None


def date_orders(texts: Collection[str]) -> tuple[DateOrder, ...] | None:
    """Return the orders in which all texts are dates; None where all are in ISO 8601 already.

    Several orders are ambiguous, and none says that the texts are not dates.
    """
    # Lazy: the first text that is not a date rules most columns out.
    others = (text for text in map(str.strip, texts) if not is_iso_date(text))
    first = next(others, None)
    return None if first is None else possible_orders(chain([first], others))


def _are_dates(texts: Collection[str]) -> bool:
    orders = date_orders(texts)
    return orders is None or len(orders) > 0


def present_values(values: list[str]) -> list[str]:
    """Return the values that are not missing.

    `NA`, `None` and the like are missing; numbers, booleans and dates have more such words.
    """
    unmarked = [value for value in values if value.strip() and value.strip() not in _MARKS]
    different = set(unmarked)
    if any(all(map(rule, different)) for rule in (is_number, is_boolean)):
        return unmarked
    if _are_dates(different):
        return unmarked
    return [value for value in values if value not in _NA]
