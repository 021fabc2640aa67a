"""Answers on the wire. Numbers are printed so that reading them gives the same 64-bit float."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from autogluon_jobs.errors import InputError
from autogluon_jobs.names import listed

Answer = tuple["str | bytes", str]
"""Body and content type."""

_JSON = "application/json"
_WILDCARDS = {"": _JSON, "*/*": _JSON, "application/*": _JSON, "text/*": "text/csv"}


def format_answer(table: pd.DataFrame, accept: str) -> Answer:
    """The table in the format that `accept` asks for.

    Args:
        table: the answer's columns.
        accept: a media type. A wildcard, or nothing, asks for JSON: the container makes no
            difference between them.

    Raises:
        InputError: a type that is not supported; the sentence lists those that are.
    """
    wanted = _WILDCARDS.get(accept, accept)
    writer = _WRITERS.get(wanted)
    if writer is None:
        raise InputError(
            f'The answer cannot be given as "{accept}"; accept one of {listed(tuple(_WRITERS))}.'
        )
    return writer(table), wanted


def csv_text(table: pd.DataFrame, *, header: bool) -> str:
    """The table as CSV; a missing value is an empty cell."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    if header:
        writer.writerow(table.columns)
    writer.writerows(zip(*(_plain_values(table[name]) for name in table.columns), strict=True))
    return buffer.getvalue()


def jsonl_text(table: pd.DataFrame) -> str:
    """The table as JSON Lines."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in _records(table))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [_plain_values(table[name]) for name in table.columns]
    return [dict(zip(table.columns, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _plain_values(column: pd.Series) -> list[Any]:
    """Python's own numbers (JSON and CSV print them in full), None for what is missing."""
    if pd.api.types.is_float_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return [None if value != value else value for value in values.tolist()]
    return [None if value is pd.NA else value for value in column.to_numpy().tolist()]


def _json(table: pd.DataFrame) -> str:
    return json.dumps(_records(table), ensure_ascii=False)


def _parquet(table: pd.DataFrame) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), sink)
    return bytes(sink.getvalue().to_pybytes())


def _csv_with_header(table: pd.DataFrame) -> str:
    return csv_text(table, header=True)


_WRITERS: dict[str, Callable[[pd.DataFrame], str | bytes]] = {
    "text/csv": _csv_with_header,
    _JSON: _json,
    "application/jsonl": jsonl_text,
    "application/jsonlines": jsonl_text,
    "application/x-parquet": _parquet,
}
