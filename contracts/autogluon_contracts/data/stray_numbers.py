"""Say why a column that looks like numbers is one of categories: words, or units, among them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import islice

from autogluon_contracts.data.cell_rules import FIX_OF_STRAYS
from autogluon_contracts.data.label_numbers import MOST_STRAY_WORDS
from autogluon_contracts.data.number_forms import (
    MISSING_SIGNS,
    find_form,
    may_be_number,
    number_parts,
)
from autogluon_contracts.data.number_parts import is_code, is_plain

FIX_OF_UNITS = "write them all in one unit, or in none"
"""What to do about several units, to go on a sentence."""

FIX_OF_FORMS = "write all its numbers plain, such as 1234.5"
"""What to do about numbers of which each could be meant in two ways, to go on a sentence."""

_STRAY_SHARE = 0.05
_MOST_UNITS = 5
_MOST_LOOKED_AT = 20_000
_FIRST = 1_000
# Single letters are marks of flats and grades ("1A", "2B") as well as units.
_LETTER_UNITS = frozenset("mglLhskKMBt°%$€£¥₹‰")
_is_range = re.compile("[0-9] ?[-\u2013] ?[0-9]").search


def stray_texts(counts: Mapping[str, int]) -> list[str]:
    """Return texts, at most three, that keep a column of numbers from being read as one.

    Args:
        counts: how often each text occurs, trimmed, without the usual marks for missing.

    Returns:
        Nothing where the column is one of numbers, or where numbers are not most of it. Where each
        text may be a number, but no form is certain, the first that are not plain.

    Example:
        >>> stray_texts({"$1,200": 4, "$950": 3, "unknown": 1})
        ['unknown']
    """
    first = list(islice(counts, _FIRST))
    if 2 * sum(map(may_be_number, first)) < len(first) or any(map(is_code, counts)):
        return []
    others = [text for text in counts if not is_plain(text)][:_MOST_LOOKED_AT]
    unit = _usual_unit(counts, others)
    strays = [text for text in others if not _fits(text, unit)]
    if not strays:
        odd = [text for text in others if text not in MISSING_SIGNS][:MOST_STRAY_WORDS]
        return odd if odd and find_form(list(counts)) is None else []
    total, stray = sum(counts.values()), sum(counts[text] for text in strays)
    few = len(strays) <= MOST_STRAY_WORDS or stray <= _STRAY_SHARE * total
    if not few or 2 * stray > total or any(map(_is_range, strays)):
        return []
    return strays[:MOST_STRAY_WORDS]


def fix_of(strays: Collection[str]) -> str:
    """Return what to do about the texts that `stray_texts` returned, to go on a sentence.

    Example:
        >>> fix_of(["unknown"]), fix_of(["1,234", "5,678"])
        ('correct such cells, or leave them empty', 'write all its numbers plain, such as 1234.5')
    """
    return FIX_OF_FORMS if all(map(may_be_number, strays)) else FIX_OF_STRAYS


def mixed_units(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the units of a column whose every text is a number with one, where they are several.

    Example:
        >>> mixed_units({"12 kg": 3, "30 lb": 2}), mixed_units({"12 kg": 3, "7 kg": 2})
        (('kg', 'lb'), ())
    """
    found: set[str] = set()
    for text in islice(counts, _MOST_LOOKED_AT):
        if text in MISSING_SIGNS:
            continue
        parts = number_parts(text)
        if parts is None or not (len(parts.unit) > 1 or parts.unit in _LETTER_UNITS):
            return ()
        found.add(parts.unit)
        if len(found) > _MOST_UNITS:
            return ()
    return tuple(sorted(found)) if len(found) > 1 else ()


def _usual_unit(counts: Mapping[str, int], texts: list[str]) -> str:
    units: Counter[str] = Counter()
    for text in texts:
        parts = number_parts(text)
        if parts is not None and parts.unit:
            units[parts.unit] += counts[text]
    return units.most_common(1)[0][0] if units else ""


def _fits(text: str, unit: str) -> bool:
    if text in MISSING_SIGNS:
        return True
    parts = number_parts(text)
    return parts is not None and parts.unit in ("", unit)
