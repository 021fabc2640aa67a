"""Convert columns of text to the values that AutoGluon was trained on, exactly or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from autogluon_jobs.conversion.arrow_arrays import boolean_array, category_codes, text_array
from autogluon_jobs.conversion.cell_errors import refuse_cell, require_present
from autogluon_jobs.conversion.iso_dates import parse_datetimes
from autogluon_jobs.conversion.number_texts import plain_cells
from autogluon_jobs.conversion.plain_spellings import (
    known_codes,
    plain_floats,
    plain_whole_numbers,
)
from autogluon_jobs.conversion.written_dates import iso_cells
from autogluon_jobs.formats import text_columns
from autogluon_jobs.formats.arrow_buffers import array_of
from autogluon_jobs.formats.cell_rules import BOOLEAN, DATETIME, LARGEST_EXACT, NUMBER, WHOLE_NUMBER
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.schema.feature_schema import Feature

_LONGEST_64_BITS = len(str(-(2**63)))
_ZERO, _NULL = text_columns.as_text(["0", None])


def convert_texts(feature: Feature, column: Any, row_name: RowName) -> Any:
    """Convert the column's values.

    Args:
        feature: what the column is.
        column: Arrow texts, one per row; null and empty are missing, and words by `cell_rules`.
        row_name: names a row, for errors.

    Returns:
        An array as `feature_table` describes it.

    Raises:
        InputError: a cell that the feature cannot hold, by column, row and value.
    """
    return _CONVERTERS[feature.kind](feature, column, row_name)


def _whole_numbers(feature: Feature, column: Any, row_name: RowName) -> Any:
    plain = plain_whole_numbers(column)
    if plain is not None:
        return plain
    cells = text_columns.value_cells(column)
    require_present(feature, cells, row_name)
    whole = text_columns.follows(cells, WHOLE_NUMBER)
    if text_columns.all_true(whole):
        return _parsed_integers(feature, cells, row_name)
    # Each cell by its own spelling: as floats, whole numbers beside a "1e3" would lose digits.
    numbers = _whole_floats(feature, pc.if_else(whole, _NULL, cells), row_name)
    integers = _parsed_integers(feature, pc.if_else(whole, cells, _ZERO), row_name)
    spelled_as_float = ~array_of(whole)
    integers[spelled_as_float] = numbers[spelled_as_float]
    return integers


def _whole_floats(feature: Feature, cells: Any, row_name: RowName) -> Any:
    """Return float64 that are whole and exactly what the cells say; NaN where missing."""
    numbers = _parsed_numbers(feature, cells, row_name, "a whole number")
    broken = (numbers != np.floor(numbers)) & ~np.isnan(numbers)
    too_large = np.abs(numbers) >= LARGEST_EXACT
    if (broken | too_large).any():
        row = int(np.argmax(broken | too_large))
        problem = "is not a whole number" if broken[row] else "has digits that a float may lose"
        refuse_cell(feature, row_name(row), cells[row].as_py(), problem)
    return numbers


def _parsed_integers(feature: Feature, cells: Any, row_name: RowName) -> Any:
    try:
        parsed = pc.cast(text_columns.without_plus(cells), pa.int64())
    except pa.ArrowInvalid:
        _refuse_beyond_64_bits(feature, cells, row_name)
        raise
    return array_of(parsed)


def _refuse_beyond_64_bits(feature: Feature, cells: Any, row_name: RowName) -> None:
    for row, text in enumerate(cells.to_pylist()):
        if text is not None and not _fits_64_bits(text):
            refuse_cell(feature, row_name(row), text, "does not fit a 64-bit whole number")


def _fits_64_bits(text: str) -> bool:
    # Python does not read numbers of thousands of digits.
    return len(text) <= _LONGEST_64_BITS and -(2**63) <= int(text) < 2**63


def _floats(feature: Feature, column: Any, row_name: RowName) -> Any:
    if feature.number_form is None:
        plain = plain_floats(column, nullable=feature.nullable)
        if plain is not None:
            return plain
    cells = text_columns.value_cells(column)
    if feature.number_form is not None:
        cells = plain_cells(cells, feature.number_form)
    require_present(feature, cells, row_name)
    return _parsed_numbers(feature, cells, row_name, "a number")


def _parsed_numbers(feature: Feature, cells: Any, row_name: RowName, wanted: str) -> Any:
    """Return float64, NaN where missing; refuse what is not a finite number."""
    row = text_columns.first_false(text_columns.follows(cells, NUMBER))
    if row is not None:
        refuse_cell(feature, row_name(row), cells[row].as_py(), f"is not {wanted}")
    numbers = array_of(pc.cast(text_columns.without_plus(cells), pa.float64()))
    infinite = np.isinf(numbers)
    if infinite.any():
        row = int(np.argmax(infinite))
        refuse_cell(feature, row_name(row), cells[row].as_py(), "does not fit a 64-bit float")
    return numbers


def _booleans(feature: Feature, column: Any, row_name: RowName) -> Any:
    cells = text_columns.value_cells(column)
    require_present(feature, cells, row_name)
    row = text_columns.first_false(text_columns.follows(cells, BOOLEAN))
    if row is not None:
        refuse_cell(feature, row_name(row), cells[row].as_py(), "is neither true nor false")
    return boolean_array(feature, text_columns.are_true(cells))


def _categories(feature: Feature, column: Any, row_name: RowName) -> Any:
    codes = known_codes(feature, column)
    if codes is not None:
        return codes
    cells = text_columns.present_texts(column, na_is_missing=feature.na_is_missing)
    require_present(feature, cells, row_name)
    return category_codes(feature, cells)


def _texts(feature: Feature, column: Any, row_name: RowName) -> Any:
    cells = text_columns.present_texts(column, na_is_missing=feature.na_is_missing)
    require_present(feature, cells, row_name)
    return text_array(cells)


def _datetimes(feature: Feature, column: Any, row_name: RowName) -> Any:
    cells = text_columns.value_cells(column)
    require_present(feature, cells, row_name)
    if feature.date_order is not None:
        cells = iso_cells(cells, feature.date_order)
    row = text_columns.first_false(text_columns.follows(cells, DATETIME))
    if row is not None:
        order = "" if feature.date_order is None else f" or a date as {feature.date_order}"
        refuse_cell(feature, row_name(row), cells[row].as_py(), f"is not an ISO 8601 date{order}")
    moments = parse_datetimes(cells)
    wrong = np.isnat(moments) & array_of(cells.is_valid())
    if wrong.any():
        row = int(np.argmax(wrong))
        refuse_cell(feature, row_name(row), cells[row].as_py(), "is not a date of the calendar")
    return moments


_CONVERTERS: dict[str, Callable[[Feature, Any, RowName], Any]] = {
    "int": _whole_numbers,
    "float": _floats,
    "bool": _booleans,
    "category": _categories,
    "text": _texts,
    "datetime": _datetimes,
}
