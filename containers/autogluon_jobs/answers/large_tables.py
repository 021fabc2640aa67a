"""Print large answers column by column: the same characters as row by row, faster.

Arrow prints floats in as few digits as Python does, but whole ones without a point and others with
an exponent at other sizes; those are left to Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

LARGE_ROWS = 1000
"""Below, importing Arrow and setting it up costs more than it saves."""

_FEW = 256
"""Cells: as many are replaced one by one in the time that Arrow takes for a whole column."""

# Within these sizes, neither Python nor Arrow prints an exponent.
_SMALLEST, _LARGEST = 1e-4, 1e10

Render = Callable[[Any], str]
"""From a plain value, or None where it is missing, to its text."""


def large_text(
    columns: Sequence[Any], before: Sequence[str], after: str, render: Render
) -> str | None:
    """Print all rows, one after the other; None for columns that only Python can print.

    Args:
        columns: of one length: NumPy arrays, or lists.
        before: the text before the cell of each column.
        after: the text after each row.
        render: prints a cell.
    """
    import pyarrow as pa  # costs a cold start
    import pyarrow.compute as pc

    from autogluon_jobs.formats.text_columns import as_text

    *separators, end, nothing = as_text([*before, after, ""])
    parts: list[Any] = []
    for column, separator in zip(columns, separators, strict=True):
        cells = _cells(column, render)
        if cells is None:
            return None
        parts += [separator, cells]
    rows = pc.binary_join_element_wise(*parts, end, nothing)
    if isinstance(rows, pa.ChunkedArray):
        return None  # more text than one array holds
    _, ends, text = rows.buffers()
    return str(text.slice(0, int(np.frombuffer(ends, np.int32)[len(rows)])), "utf-8")


def _cells(column: Any, render: Render) -> Any | None:
    if isinstance(column, list) or column.dtype.kind == "O":
        return _texts(column, render)
    if column.dtype.kind == "f":
        return _floats(column.astype(np.float64), render)
    if column.dtype.kind in "ib":
        return _whole(column, render)
    return None


def _texts(values: Any, render: Render) -> Any | None:
    from autogluon_jobs.formats.text_columns import as_text

    positions = {value: at for at, value in enumerate(dict.fromkeys(values))}
    if not set(map(type, positions)) <= {str, type(None)}:  # only a text equals a text
        return None
    try:
        distinct = as_text([render(value) for value in positions])
    except UnicodeEncodeError:
        return None
    return distinct.take(
        _arrow_integers(np.fromiter(map(positions.__getitem__, values), np.int64, len(values)))
    )


def _floats(values: Any, render: Render) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    from autogluon_jobs.formats.text_columns import as_text

    values = np.ascontiguousarray(values)
    numbers = pa.Array.from_buffers(pa.float64(), len(values), [None, pa.py_buffer(values)])
    cells = pc.cast(numbers, pa.string())
    sizes = np.abs(values)
    # Written so that what is not a number is among them.
    others = ~((sizes >= _SMALLEST) & (sizes < _LARGEST)) | (values == np.floor(values))
    if not others.any():
        return cells
    printed = as_text([
        render(None if value != value else value) for value in values[others].tolist()
    ])  # fmt: skip
    if len(printed) <= _FEW:
        return _replaced(cells, np.flatnonzero(others).tolist(), printed)
    bits = pa.py_buffer(np.packbits(others, bitorder="little"))
    mask = pa.Array.from_buffers(pa.bool_(), len(values), [None, bits])
    return pc.replace_with_mask(cells, mask, printed)


def _replaced(cells: Any, positions: Sequence[int], others: Any) -> Any:
    """Return the cells with others at some positions: a few, so that most are copied at once."""
    import pyarrow as pa

    parts, start = [], 0
    for at, position in enumerate(positions):
        parts += [cells[start:position], others[at : at + 1]]
        start = position + 1
    return pa.concat_arrays([*parts, cells[start:]])


def _whole(values: Any, render: Render) -> Any:
    import pyarrow.compute as pc

    from autogluon_jobs.formats.text_columns import as_text

    numbers = _arrow_integers(values)
    if values.dtype.kind == "b":
        return as_text([render(False), render(True)]).take(numbers)
    return pc.cast(numbers, "string")


def _arrow_integers(values: Any) -> Any:
    # `pyarrow.array` would do, but it imports pandas to see whether it was given a series.
    import pyarrow as pa

    whole = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)])
