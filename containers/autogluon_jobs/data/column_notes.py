"""Say what is worth a sentence about how a training column was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow.compute as pc

from autogluon_contracts.data.alike_texts import FIX_OF_ALIKE, alike_texts
from autogluon_contracts.data.date_numbers import FIX_OF_NUMBERS
from autogluon_contracts.data.placeholders import FIX_OF_PLACEHOLDERS
from autogluon_contracts.data.stray_numbers import FIX_OF_UNITS
from autogluon_contracts.data.stray_numbers import fix_of as fix_of_strays
from autogluon_contracts.data.unread_dates import ONLY_TIME, fix_of
from autogluon_jobs.data.column_kinds import (
    are_categories,
    beyond_64_bits,
    is_ambiguous_date,
    moments_as_numbers,
    placeholder_among,
    stray_cells,
    units_among,
    unread_date,
)
from autogluon_jobs.data.na_words import na_warning
from autogluon_jobs.formats.arrow_types import is_text, plain
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.schema.feature_schema import Feature

_PLURALS = {"category": "categories", "text": "texts"}


def column_notes(feature: Feature, column: Any, *, row_name: Callable[[int], str]) -> list[str]:
    """Return sentences on a column that a person may have meant in another way.

    Args:
        feature: what was inferred.
        column: the whole column, in Arrow.
        row_name: names a row of the column, with its file.
    """
    notes = list(_of_numbers(feature, column, row_name))
    if not is_text(plain(column).type):
        return notes  # a typed column is what it says
    notes += _of_dates(feature, column, row_name)
    if feature.number_form is not None:
        notes.append(_read_as_numbers(feature, column))
    if feature.na_is_missing:
        notes += na_warning(feature.name, column)
    alike = alike_texts(feature.categories or ()) if feature.kind == "category" else None
    if alike is not None:
        notes.append(
            f'Column "{feature.name}" has the categories {shown(alike[0])} and {shown(alike[1])}. '
            f"{_sentence(FIX_OF_ALIKE)}"
        )
    if feature.kind == "category" and not are_categories(column):
        notes += _of_strays(feature, column, row_name)
    return notes


def _of_numbers(feature: Feature, column: Any, row_name: Callable[[int], str]) -> Iterator[str]:
    if feature.kind == "category" and (large := beyond_64_bits(column)) is not None:
        row, text = large
        yield (
            f'Column "{feature.name}" was read as categories, as ids are, because {shown(text)} in '
            f"{row_name(row)} does not fit a 64-bit whole number."
        )
    if feature.kind in ("int", "float") and feature.number_form is None:
        what = moments_as_numbers(feature.name, column)
        if what:
            yield (
                f'Column "{feature.name}" holds {what} and was read as numbers. '
                f"{_sentence(FIX_OF_NUMBERS)}"
            )
        if (found := placeholder_among(column)) is not None:
            number, count = found
            yield (
                f'Column "{feature.name}" has {count:,} cells with {number:.15g}, far from all '
                f"others. {_sentence(FIX_OF_PLACEHOLDERS)}"
            )


def _of_dates(feature: Feature, column: Any, row_name: Callable[[int], str]) -> Iterator[str]:
    if feature.kind == "category" and is_ambiguous_date(column):
        yield (
            f'Column "{feature.name}" holds dates whose month may come first or second, and was '
            f"read as categories. Say which in data.date_order: {{{feature.name}: month-day-year}} "
            f"or day-month-year."
        )
    elif feature.kind in _PLURALS and (unread := unread_date(column)) is not None:
        row, text, reason = unread
        what = "times" if reason == ONLY_TIME else "dates"
        yield (
            f'Column "{feature.name}" looks like {what} but was read as {_PLURALS[feature.kind]} '
            f"because of {shown(text)} in {row_name(row)}: {reason}. {_sentence(fix_of(reason))}"
        )


def _of_strays(feature: Feature, column: Any, row_name: Callable[[int], str]) -> Iterator[str]:
    units = units_among(column)
    if units:
        yield (
            f'Column "{feature.name}" holds numbers in the units {listed(units)} and was read as '
            f"categories. {_sentence(FIX_OF_UNITS)}"
        )
        return
    strays = stray_cells(column)
    found = [f"{shown(text)} in {row_name(row)}" for row, text in strays]
    fix = fix_of_strays([text for _, text in strays])
    if found:
        yield (
            f'Column "{feature.name}" is mostly numbers but was read as categories because of '
            f"{', '.join(found)}. {_sentence(fix)}"
        )


def _read_as_numbers(feature: Feature, column: Any) -> str:
    form = feature.number_form
    if form is None:
        raise ValueError(f"{feature.name} holds plain numbers")
    told = f'Column "{feature.name}" is read as numbers'
    if form.missing:
        told += f", {listed(form.missing)} as missing"
    texts = (text.strip() for text in pc.unique(column).to_pylist() if text is not None)
    read = ((text, form.plain(text)) for text in texts)
    example = next(((text, plain) for text, plain in read if plain and plain != text), None)
    return f"{told}." if example is None else f"{told}, {shown(example[0])} as {example[1]}."


def _sentence(fix: str) -> str:
    return f"{fix[0].upper()}{fix[1:]}."
