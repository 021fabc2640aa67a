"""Convert typed columns to the values that AutoGluon was trained on, exactly or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from autogluon_jobs.conversion.arrow_arrays import boolean_array
from autogluon_jobs.conversion.cell_errors import (
    cell_value,
    refuse_cell,
    refuse_type,
    require_present,
)
from autogluon_jobs.formats import text_columns
from autogluon_jobs.formats.arrow_buffers import array_of
from autogluon_jobs.formats.cell_rules import LARGEST_EXACT
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.schema.feature_schema import Feature

_64_BITS = range(-(2**63), 2**63)


def convert_typed(feature: Feature, column: Any, row_name: RowName) -> Any:
    """Convert a column that does not hold texts to what AutoGluon takes.

    Args:
        feature: what the column is.
        column: an Arrow column, as `plain` leaves it.
        row_name: names a row, for errors.

    Raises:
        InputError: a value, or the column's type, that cannot be converted exactly.
    """
    require_present(feature, column, row_name)
    return _CONVERTERS[feature.kind](feature, column, row_name)


def _whole_numbers(feature: Feature, column: Any, row_name: RowName) -> Any:
    if not _numeric(column.type):
        _refuse_column(feature, column, row_name)
    if pt.is_floating(column.type):
        numbers = array_of(pc.cast(column, pa.float64()))
        exact = (numbers == np.floor(numbers)) & (np.abs(numbers) < LARGEST_EXACT)
        row = None if exact.all() else int(np.argmin(exact))
    else:
        row = _first_beyond_64_bits(column)
    if row is not None:
        refuse_cell(feature, row_name(row), column[row].as_py(), "is not a 64-bit whole number")
    return array_of(pc.cast(column, pa.int64()))


def _first_beyond_64_bits(column: Any) -> int | None:
    """Return the position of the first number that is not a 64-bit whole one, or None."""
    try:
        pc.cast(column, pa.int64())
    except pa.ArrowInvalid:
        values = enumerate(column.to_pylist())
        return next(row for row, value in values if int(value) not in _64_BITS or value % 1)
    return None


def _floats(feature: Feature, column: Any, row_name: RowName) -> Any:
    if not _numeric(column.type):
        _refuse_column(feature, column, row_name)
    if pt.is_decimal(column.type):
        column = pc.cast(column, pa.string())  # Arrow's own way to a float rounds more than once
    numbers = array_of(pc.cast(column, pa.float64(), safe=False))
    infinite = np.isinf(numbers)
    if infinite.any():
        row = int(np.argmax(infinite))
        refuse_cell(feature, row_name(row), column[row].as_py(), "is not a finite 64-bit float")
    return numbers


def _booleans(feature: Feature, column: Any, row_name: RowName) -> Any:
    if not pt.is_boolean(column.type):
        _refuse_column(feature, column, row_name)
    return boolean_array(feature, column)


def integer_codes(feature: Feature, column: Any, row_name: RowName) -> Any:
    """Convert whole numbers to texts where each is a known category.

    The number 1001 does not say which of "1001" and "01001" was meant, unless training saw it.
    """
    if not pt.is_integer(column.type):
        _refuse_column(feature, column, row_name)
    texts = pc.cast(column, pa.string())
    for row, text in enumerate(texts.to_pylist()):
        if text is not None and text not in feature.known:
            raise InputError(
                f'Column "{feature.name}", {row_name(row)}: the number {text} is not a '
                f"category that training saw.",
                advice="The column holds texts: send the value in quotes.",
            )
    return texts


def _no_texts(feature: Feature, column: Any, row_name: RowName) -> Any:
    _refuse_column(feature, column, row_name)


def _datetimes(feature: Feature, column: Any, row_name: RowName) -> Any:
    if not (pt.is_timestamp(column.type) or pt.is_date(column.type)):
        _refuse_column(feature, column, row_name)
    try:
        # Inside, a moment with a zone is one of UTC already.
        moments = pc.cast(column, pa.timestamp("ns", tz=getattr(column.type, "tz", None)))
    except pa.ArrowInvalid as error:
        raise InputError(
            f'Column "{feature.name}": a date is outside the years 1678 to 2261, the range of '
            f"64-bit nanoseconds."
        ) from error
    return array_of(pc.cast(pc.cast(moments, pa.int64()), pa.timestamp("ns")))


def _numeric(kind: Any) -> bool:
    return bool(pt.is_integer(kind) or pt.is_floating(kind) or pt.is_decimal(kind))


def _refuse_column(feature: Feature, column: Any, row_name: RowName) -> NoReturn:
    row = text_columns.first_false(column.is_null())
    where, value = ("all rows", None) if row is None else (row_name(row), cell_value(column, row))
    refuse_type(feature, where, value, f"of type {column.type}")


_CONVERTERS: dict[str, Callable[[Feature, Any, RowName], Any]] = {
    "int": _whole_numbers,
    "float": _floats,
    "bool": _booleans,
    "category": _no_texts,
    "text": _no_texts,
    "datetime": _datetimes,
}
