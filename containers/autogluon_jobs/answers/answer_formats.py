"""Print answers in every wire format; numbers read back as the same 64-bit float."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import Any

import numpy as np

from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.answers.large_tables import LARGE_ROWS, large_text


def csv_text(table: Columns, *, header: bool = True) -> str:
    """Return the table as CSV; a missing value is an empty cell."""
    names = _csv_line(list(table)) if header else ""
    # A row of nothing but one empty cell is written in another way.
    if _is_large(table) and len(table) > 1:
        commas = ["", *[","] * (len(table) - 1)]
        text = large_text(list(table.values()), commas, "\n", _csv_cell)
        if text is not None:
            return names + text
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows(zip(*map(plain_values, table.values()), strict=True))
    return names + buffer.getvalue()


def _csv_line(cells: list[Any]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


def _csv_cell(value: Any) -> str:
    return _csv_line([value, None])[: -len(",\n")]


def jsonl_text(table: Columns) -> str:
    """Return the table as JSON Lines."""
    text = _large_objects(table, "}\n")
    if text is not None:
        return text
    return "".join(f"{_json_value(row)}\n" for row in _records(table))


def _large_objects(table: Columns, after: str) -> str | None:
    """Print the rows as JSON objects ending with `after`; None where Python has to do it."""
    if not _is_large(table):
        return None
    keys = [f"{_json_value(name)}: " for name in table]
    before = ["{" + keys[0], *(f", {key}" for key in keys[1:])]
    return large_text(list(table.values()), before, after, _json_value)


def _json_value(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return json.dumps(_spelled(value), ensure_ascii=False, allow_nan=False)


def _spelled(value: Any) -> Any:
    """Return the value with every infinity as a text, for which JSON has no number.

    Not null, which says "missing"; as a text, languages read it back as the number.
    """
    if isinstance(value, dict):
        return {key: _spelled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_spelled(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return None if value != value else value


def _is_large(table: Columns) -> bool:
    return len(next(iter(table.values()), ())) >= LARGE_ROWS


def _records(table: Columns) -> list[dict[str, Any]]:
    columns = map(plain_values, table.values())
    return [dict(zip(table, cells, strict=True)) for cells in zip(*columns, strict=True)]


def plain_values(column: Any) -> list[Any]:
    """Return Python's own numbers (JSON and CSV print them in full), None for what is missing."""
    if isinstance(column, list):
        return column
    if column.dtype.kind == "f":
        column = column.astype(np.float64)
    return [None if value != value else value for value in column.tolist()]


def json_text(table: Columns) -> str:
    """Return the table as a JSON list of records."""
    text = _large_objects(table, "}, ")
    if text is not None:
        return f"[{text.removesuffix(', ')}]"
    return _json_value(_records(table))


def parquet_bytes(table: Columns) -> bytes:
    """Return the table as a Parquet file."""
    import pyarrow as pa  # costs a cold start, and few ask for Parquet
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({name: pa.array(values) for name, values in table.items()}), sink)
    return bytes(sink.getvalue().to_pybytes())
