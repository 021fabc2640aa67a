"""Answers on the wire. Numbers are printed so that reading them gives the same 64-bit float."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.answers.large_tables import LARGE_ROWS, large_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

Answer = tuple["str | bytes", str]
"""Body and content type."""

_JSON = "application/json"
_WILDCARDS = {"": _JSON, "*/*": _JSON, "application/*": _JSON, "text/*": "text/csv"}


def format_answer(table: Columns, accept: str) -> Answer:
    """The table in the format that `accept` asks for.

    Args:
        table: the answer's columns.
        accept: a media type. A wildcard, or nothing, asks for JSON: the container makes no
            difference between them.

    Raises:
        InputError: a type that is not supported; the sentence lists those that are.
    """
    require_writable(accept)
    wanted = _WILDCARDS.get(accept, accept)
    return _WRITERS[wanted](table), wanted


def require_writable(accept: str) -> None:
    """Refuse a media type that no answer has.

    Raises:
        InputError: a type that is not supported; the sentence lists those that are.
    """
    if _WILDCARDS.get(accept, accept) not in _WRITERS:
        raise InputError(
            f'The answer cannot be given as "{accept}"; accept one of {listed(tuple(_WRITERS))}.'
        )


def csv_text(table: Columns, *, header: bool) -> str:
    """The table as CSV; a missing value is an empty cell."""
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
    """The table as JSON Lines."""
    text = _large_objects(table, "}\n")
    if text is not None:
        return text
    return "".join(f"{_json_value(row)}\n" for row in _records(table))


def _large_objects(table: Columns, after: str) -> str | None:
    """The rows as JSON objects, which end with `after`; None where few rows, or Python, do it."""
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
    """The value with every infinity as a text, for which JSON has no number.

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
    """Python's own numbers (JSON and CSV print them in full), None for what is missing."""
    if isinstance(column, list):
        return column
    if column.dtype.kind == "f":
        column = column.astype(np.float64)
    return [None if value != value else value for value in column.tolist()]


def _json(table: Columns) -> str:
    text = _large_objects(table, "}, ")
    if text is not None:
        return f"[{text.removesuffix(', ')}]"
    return _json_value(_records(table))


def _parquet(table: Columns) -> bytes:
    import pyarrow as pa  # costs a cold start, and few ask for Parquet
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({name: pa.array(values) for name, values in table.items()}), sink)
    return bytes(sink.getvalue().to_pybytes())


def _csv_with_header(table: Columns) -> str:
    return csv_text(table, header=True)


_WRITERS: dict[str, Callable[[Columns], str | bytes]] = {
    "text/csv": _csv_with_header,
    _JSON: _json,
    "application/jsonl": jsonl_text,
    "application/jsonlines": jsonl_text,
    "application/x-parquet": _parquet,
}
