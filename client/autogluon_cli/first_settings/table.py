"""Read the columns of a CSV or JSON file without pandas."""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_cli.first_settings.json_rows import JsonRowsError, read_rows
from autogluon_cli.framework.errors import CommandError
from autogluon_contracts.content_types import ADVICE_OF_ENDING, EXTENSIONS, Format
from autogluon_contracts.data.cell_kinds import is_number
from autogluon_contracts.data.column import Column
from autogluon_contracts.data.column_names import ADVICE as NAME_ADVICE
from autogluon_contracts.data.column_names import broken_name
from autogluon_contracts.data.csv_dialect import (
    TITLE_ADVICE,
    USUAL,
    CsvDialect,
    detect_dialect,
    title_line,
)
from autogluon_contracts.data.file_kinds import HEAD_BYTES as KIND_BYTES
from autogluon_contracts.data.file_kinds import OtherKind, content_kind, kind_of_file
from autogluon_contracts.data.index_column import ADVICE as INDEX_ADVICE
from autogluon_contracts.data.index_column import (
    ADVICE_ON_LATER,
    counts_rows,
    has_unnamed_first,
    names_rows,
)
from autogluon_contracts.data.json_array import NESTED_ADVICE, JsonArrayError

# The module's default refuses fields over 128 KiB, which text features reach.
csv.field_size_limit(sys.maxsize)

MOST_ROWS = 100_000
_HEAD_BYTES = 1 << 16
_SHOWN = 60
_AS_CSV = "Write a CSV file for it."


@dataclass(frozen=True)
class Table:
    """The first rows of a file; `has_index` says that an index was left out."""

    path: Path
    columns: list[Column]
    rows: int
    is_whole_file: bool
    size_bytes: int
    has_index: bool = False
    dialect: CsvDialect = USUAL

    def column(self, name: str) -> Column | None:
        """Return the column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


def read_table(path: Path) -> Table:
    """Read the names and at most MOST_ROWS rows of a CSV or JSON file.

    Raises:
        CommandError: it is not a file with named columns and rows of equal length.
    """
    is_gzip = path.suffix.lower() == ".gz"
    ending = Path(path.stem).suffix.lower() if is_gzip else path.suffix.lower()
    if ending not in _READERS:
        allowed = f"has the ending {ending!r}; init reads {', '.join(_READERS)}"
        raise _refused(path, allowed, ADVICE_OF_ENDING.get(ending, _AS_CSV))
    file_format: Format = "csv" if ending in EXTENSIONS["csv"] else "jsonl"
    try:
        _require_kind(path, kind_of_file(path))
        with gzip.open(path) if is_gzip else path.open("rb") as raw:
            _require_kind(path, content_kind(path.name, raw.read(KIND_BYTES), file_format))
            raw.seek(0)
            return _READERS[ending](path, raw)
    except (EOFError, OSError) as error:
        raise _refused(path, f"cannot be read ({error})") from error


def _require_kind(path: Path, other: OtherKind | None) -> None:
    if other is not None:
        advice = _AS_CSV if other.format == "parquet" else other.advice
        raise _refused(path, f"is {other.what}", advice)


def _read_csv(path: Path, raw: Any) -> Table:
    head = raw.read(_HEAD_BYTES)
    dialect = detect_dialect(head, complete=len(head) < _HEAD_BYTES)
    text = dialect.text_of(head)
    _check_text(path, text, dialect)
    raw.seek(0)
    with io.TextIOWrapper(raw, dialect.encoding, "replace", newline="") as file:
        file.read(dialect.skipped)
        reader = csv.reader(file, delimiter=dialect.delimiter, strict=True)
        try:
            return _read(path, ((reader.line_num, row) for row in reader if row), dialect)
        except csv.Error as error:
            raise _refused(path, f"is not a valid CSV file ({error})") from error


def _read_json(path: Path, raw: Any) -> Table:
    try:
        return _read(path, read_rows(raw), USUAL)
    except JsonArrayError as error:
        raise _refused(path, f"cannot be read: {str(error).rstrip('.')}", NESTED_ADVICE) from error
    except JsonRowsError as error:
        raise _refused(path, f"cannot be read: {error}", error.advice) from error


_READERS = {
    **dict.fromkeys(EXTENSIONS["csv"], _read_csv),
    **dict.fromkeys(EXTENSIONS["jsonl"], _read_json),
}


def _read(path: Path, numbered: Iterator[tuple[int, list[str]]], dialect: CsvDialect) -> Table:
    _, header = next(numbered, (0, []))
    _check_header(path, header)
    cells: list[list[str]] = [[] for _ in header]
    rows, more = 0, False
    for line, row in numbered:
        if rows == MOST_ROWS:
            more = True
            break
        if len(row) != len(header):
            cells_word = "cell" if len(row) == 1 else "cells"
            raise _refused(
                path, f"has {len(row)} {cells_word} in line {line}, but {len(header)} columns"
            )
        if row == header:
            raise _refused(path, f"repeats its header in line {line}")
        for values, value in zip(cells, row, strict=True):
            values.append(value)
        rows += 1
    if rows == 0:
        raise _refused(path, "has a header but no rows")
    columns = [Column(name, values) for name, values in zip(header, cells, strict=True)]
    has_index = has_unnamed_first(header) and (counts_rows(cells[0]) or names_rows(cells[0]))
    if has_index:
        del columns[0]
        _require_features(path, [column.name for column in columns])
    elif not header[0].strip():
        raise _refused(
            path,
            "has a first column without a name that neither counts nor names the rows",
            INDEX_ADVICE,
        )
    _require_finite(path, columns)
    return Table(path, columns, rows, not more, path.stat().st_size, has_index, dialect)


def _require_finite(path: Path, columns: list[Column]) -> None:
    for column in columns:
        infinite = column.infinite
        if infinite is not None:
            row = column.values.index(infinite) + 1
            raise _refused(
                path,
                f"has {infinite!r} in column {column.name!r}, row {row}, which is not a finite "
                "64-bit float",
                "Give a number, or leave the cell empty.",
            )


def _check_text(path: Path, text: str, dialect: CsvDialect) -> None:
    if "\x00" in text:
        raise _refused(path, "is not text: it contains zero bytes", "Save it as CSV.")
    title = title_line(text, dialect.delimiter)
    if title is not None:
        raise _refused(
            path,
            f"begins with the line {title!r}, and the rows below have more cells",
            TITLE_ADVICE,
        )


def _check_header(path: Path, header: list[str]) -> None:
    if not header:
        raise _refused(path, "is empty")
    _require_features(path, header)
    broken = broken_name(header)
    if broken is not None:
        raise _refused(
            path, f"has the column name {broken!r} with a line break or a tab", NAME_ADVICE
        )
    if all(map(is_number, header)):
        raise _refused(
            path,
            f"has no header: its first line is {', '.join(header[:5])}",
            "Write the columns' names above the rows.",
        )
    counts = Counter(header)
    for position, name in enumerate(header):
        if position and not name.strip():
            raise _refused(path, f"has no name for column {position + 1}", ADVICE_ON_LATER)
        if counts[name] > 1:
            raise _refused(path, f"has the column {name!r} more than once")


def _require_features(path: Path, names: list[str]) -> None:
    if len(names) > 1:
        return
    words = names[0].split()
    raise _refused(
        path,
        f"has only the column {names[0][:_SHOWN]!r}; allowed: a label and features",
        "Separate its cells by commas, not by spaces." if len(words) > 1 else "",
    )


def _refused(path: Path, what: str, advice: str = "") -> CommandError:
    return CommandError(f"{path} {what}. {advice}".rstrip(), again={})
