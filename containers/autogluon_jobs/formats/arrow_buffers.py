"""Convert Arrow columns of numbers, booleans and moments to NumPy through their memory; test text.

Arrow's own `to_numpy` imports pandas wherever that is installed, which costs a cold start.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

_OWN_NAMES = {"halffloat": "float16", "float": "float32", "double": "float64"}


def one_array(column: Any) -> Any:
    """Return a column that may be of several arrays as one."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else column.combine_chunks()


def array_of(column: Any) -> Any:
    """Convert a column of numbers, booleans or moments; null becomes NaN, NaT or False."""
    column = one_array(column)
    kind = column.type
    if pt.is_boolean(kind):
        return _values(pc.cast(column, pa.uint8())).view(bool) & _present(column)
    if pt.is_timestamp(kind):
        values = _values(pc.cast(column, pa.int64())).view(f"datetime64[{kind.unit}]")
        missing: Any = np.datetime64("NaT")
    else:
        values, missing = _values(column), np.nan
    if column.null_count:
        if values.dtype.kind in "iu":
            values = values.astype(np.float64)
        values[~_present(column)] = missing
    return values


def _present(column: Any) -> Any:
    return _values(pc.cast(pc.is_valid(column), pa.uint8())).view(bool)


def _values(column: Any) -> Any:
    """Copy the memory of a type that has NumPy's own layout; where null, it may hold any value."""
    name = str(column.type)
    dtype = np.dtype(_OWN_NAMES.get(name, name))
    if not len(column):
        return np.empty(0, dtype=dtype)
    start = column.offset * dtype.itemsize
    return np.frombuffer(column.buffers()[1], dtype, len(column), start).copy()


def is_utf8(data: bytes) -> bool:
    """Return whether bytes are UTF-8, without a copy of them."""
    ends = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    cell = pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(data)])
    try:
        cell.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
