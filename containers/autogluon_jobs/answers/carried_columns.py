"""Convert carried columns of Parquet (ids, included columns) to what text formats can hold."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from autogluon_jobs.formats.arrow_types import is_text, plain
from autogluon_jobs.messages.errors import InputError


def text_cells(name: str, column: Any, result: str = "CSV") -> Any:
    """Return the column as a text format has it: numbers, booleans and texts as they are.

    Dates and decimals become their texts, bytes the text that they are in UTF-8.

    Args:
        name: of the column.
        column: an Arrow column, as `plain` leaves it.
        result: the format, for the sentence.

    Raises:
        InputError: a type that has no text form, or bytes that are not UTF-8.
    """
    if _is_plain(column.type):
        return column
    if pt.is_nested(column.type) or isinstance(column.type, pa.BaseExtensionType):
        _refuse(name, column, result)
    try:
        return pc.cast(column, pa.string())
    except pa.ArrowException:  # bytes that are not UTF-8, an invalid zone
        _refuse(name, column, result)


def json_cells(name: str, column: Any) -> Any:
    """Return the same for JSON Lines, which has lists and objects, as a NumPy array or a list.

    Raises:
        InputError: see `text_cells`.
    """
    column = plain(column)
    if pt.is_nested(column.type):
        if not _has_json(column.type):
            _refuse(name, column, "JSON Lines")
        return column.to_pylist()
    column = text_cells(name, column, "JSON Lines")
    if pt.is_floating(column.type):
        return np.asarray(column.to_numpy(), dtype=np.float64)
    if pt.is_integer(column.type) and not column.null_count:
        return column.to_numpy()
    return list(column.to_pylist())


def _refuse(name: str, column: Any, result: str) -> NoReturn:
    raise InputError(
        f'Column "{name}" of type {column.type} cannot be carried over to {result}.',
        advice="Leave it out, or write Parquet with the bulk engine (output_format).",
    )


def _is_plain(kind: Any) -> bool:
    number = pt.is_integer(kind) or pt.is_floating(kind)
    return bool(number or pt.is_boolean(kind) or pt.is_null(kind) or is_text(kind))


def _has_json(kind: Any) -> bool:
    if not pt.is_nested(kind):
        return _is_plain(kind)
    if pt.is_union(kind):
        return False
    return all(_has_json(kind.field(at).type) for at in range(kind.num_fields))
