"""Tell text types apart and bring Arrow columns to one plain form."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt


def is_text(kind: Any) -> bool:
    """Return whether an Arrow type holds texts."""
    return bool(pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind))


def plain(column: Any) -> Any:
    """Return the column without dictionary encoding, with one text type, missing floats as null."""
    if pt.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if is_text(column.type) and not pt.is_string(column.type):
        column = pc.cast(column, pa.string())
    if pt.is_float16(column.type):
        column = pc.cast(column, pa.float32())  # Arrow compares no halves
    if pt.is_floating(column.type):
        # `pyarrow.scalar` would do, but it imports pandas.
        column = pc.if_else(pc.is_nan(column), pa.nulls(1, column.type)[0], column)
    return column
