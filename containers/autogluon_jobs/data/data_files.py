"""Read the files of a channel into Arrow tables whose cells are as they were written."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from autogluon_contracts.content_types import Format
from autogluon_contracts.data.files.csv_dialect import (
    TITLE_ADVICE,
    Delimiter,
    detect_dialect,
    title_line,
)
from autogluon_contracts.data.files.file_forms import file_form, is_data_name
from autogluon_contracts.data.files.file_kinds import HEAD_BYTES, OtherKind
from autogluon_contracts.data.files.json_faults import NESTED_ADVICE
from autogluon_contracts.data.files.text_encoding import scanned
from autogluon_jobs.formats import csv_text
from autogluon_jobs.formats.parquet_table import read_parquet
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_file
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.requests.header_names import unnamed_or_doubled
from autogluon_jobs.requests.parse_jsonl import read_records

_HEAD_BYTES = 1 << 16
_BLOCK = 1 << 20


def list_files(folder: Path) -> list[Path]:
    """List the data files below `folder`, sorted, without hidden and marker files (`_SUCCESS`).

    A file that is alone is the one that was asked for, whatever its name.
    """
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    data = [path for path in found if is_data_name(path.relative_to(folder).as_posix())]
    return found if len(found) == 1 else data


@dataclass(frozen=True)
class FileContent:
    """What a file holds, unpacked, and its format."""

    data: bytes
    format: Format


def content_of(path: Path) -> FileContent:
    """Read a file, and unpack what gzip compressed.

    Raises:
        InputError: it is damaged, of a kind that is not read, or of another than its name says.
    """
    data = path.read_bytes()
    form = file_form(path.name, data[:HEAD_BYTES])
    if isinstance(form, OtherKind):
        raise InputError(f"{path.name} is {form.what}.", advice=form.advice)
    if form.gzipped:
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"{path.name} is not a valid gzip file ({error}).") from error
    return FileContent(data, form.format)


def read_file(path: Path, data: bytes, kind: str) -> Any:
    """Read one file into an Arrow table.

    Raises:
        InputError: an empty file, or one that is not what its format says; by the file's name.
    """
    if not data.strip():
        raise InputError(f"{path.name} is empty.")
    try:
        return _READERS[kind](path.name, data)
    except InputError as error:
        if path.name in str(error):
            raise
        raise InputError(f"{path.name}: {error.message}", advice=error.advice) from error


def _read_csv(name: str, data: bytes) -> Any:
    dialect = detect_dialect(data)
    if dialect.encoding == "cp1252":
        fault = scanned(data[at : at + _BLOCK] for at in range(0, len(data), _BLOCK)).fault
        if fault is not None:
            raise InputError(f"it is {fault.what}.", advice=fault.advice)
    if dialect.encoding != "utf-8-sig" or dialect.skipped:
        data = dialect.text_of(data).encode()
    data = csv_text.as_bytes(data)
    _require_table(data, dialect.delimiter)
    header = csv_text.first_record(data, dialect.delimiter)
    unnamed_or_doubled(header)
    if not csv_text.has_rows(data, after_first=True):
        return pa.table({column: pa.array([], pa.string()) for column in header})
    table = csv_text.read_columns(
        data,
        len(header),
        skip_first=True,
        row_hint="the header",
        row_name=row_of_file(name),
        delimiter=dialect.delimiter,
    )
    table = table.rename_columns(header)
    repeated = _repeated_header(table, header)
    if repeated is not None:
        raise InputError(f"row {repeated + 1} repeats the header.", advice="Leave it out.")
    return table


def _require_table(data: bytes, delimiter: Delimiter) -> None:
    head = data[:_HEAD_BYTES].decode("utf-8", "replace")
    if "\x00" in head:
        raise InputError("it is not text: it contains zero bytes.", advice="Save it as CSV.")
    title = title_line(head, delimiter)
    if title is not None:
        raise InputError(
            f"it begins with the line {shown(title)}, and the rows below have more cells.",
            advice=TITLE_ADVICE,
        )


def _repeated_header(table: Any, header: list[str]) -> int | None:
    """Return the position of the first row that says the header again, as joined files have it."""
    rows: Any = None
    for name, column in zip(header, table.columns, strict=True):
        alike = pc.equal(column, name)
        rows = alike if rows is None else pc.and_(rows, alike)
        if not pc.any(rows).as_py():
            return None
    return int(pc.index(rows, True).as_py())


def _read_jsonl(_name: str, data: bytes) -> Any:
    rows = read_records(data)
    if not rows:
        raise InputError("it has no rows.")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise InputError(f"row {number} must be a JSON object.")
        if row.keys() != rows[0].keys():
            differing = sorted(row.keys() ^ rows[0].keys())
            raise InputError(
                f"row {number} and row 1 differ in the keys {listed(differing)}.",
                advice="Give every row the same keys, with null for a missing value.",
            )
    return pa.table({name: _json_column(name, [row[name] for row in rows]) for name in rows[0]})


def _json_column(name: str, values: list[Any]) -> Any:
    for row, value in enumerate(values, start=1):
        if isinstance(value, (dict, list)):
            raise InputError(f'column "{name}", row {row}: a nested value.', advice=NESTED_ADVICE)
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        # Values of several types, or whole numbers beyond 64 bits, are read as cells of CSV are.
        return pa.array([_cell(value) for value in values], pa.string())


def _cell(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _read_parquet(_name: str, data: bytes) -> Any:
    table = read_parquet(data)
    unnamed_or_doubled(table.column_names)
    return table


_READERS: dict[str, Callable[[str, bytes], Any]] = {
    "csv": _read_csv,
    "jsonl": _read_jsonl,
    "parquet": _read_parquet,
}
