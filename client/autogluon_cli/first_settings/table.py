"""Read the columns of CSV, JSON and Parquet files without pandas."""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autogluon_cli.first_settings.first_rows import (
    MOST_ROWS,
    FirstRows,
    FirstRowsError,
    joined,
)
from autogluon_cli.first_settings.json_rows import JsonRowsError, read_rows
from autogluon_cli.first_settings.parquet_rows import read_parquet
from autogluon_cli.framework.errors import CommandError
from autogluon_client.data.folders import data_files
from autogluon_contracts.content_types import Format
from autogluon_contracts.data.cell_kinds import is_number
from autogluon_contracts.data.column import Column
from autogluon_contracts.data.column_names import ADVICE as NAME_ADVICE
from autogluon_contracts.data.column_names import broken_name
from autogluon_contracts.data.files.csv_dialect import (
    TITLE_ADVICE,
    USUAL,
    CsvDialect,
    detect_dialect,
    title_line,
)
from autogluon_contracts.data.files.file_forms import FileForm, form_of_file
from autogluon_contracts.data.files.file_kinds import OtherKind
from autogluon_contracts.data.files.json_array import JsonArrayError
from autogluon_contracts.data.files.text_encoding import scanned
from autogluon_contracts.data.index_column import ADVICE as INDEX_ADVICE
from autogluon_contracts.data.index_column import (
    ADVICE_ON_LATER,
    counts_rows,
    has_unnamed_first,
    names_rows,
)

# The module's default refuses fields over 128 KiB, which text features reach.
csv.field_size_limit(sys.maxsize)

_HEAD_BYTES = 1 << 16
_BLOCK_BYTES = 1 << 20
_SHOWN = 60


@dataclass(frozen=True)
class Table:
    """The first rows of a file, or of a folder of files.

    Attributes:
        path: the file or folder.
        columns: without an index.
        rows: how many were read.
        is_whole: whether these are all.
        csv_bytes: the size of all rows as CSV.
        has_index: whether an unnamed first column was left out, because it is the index.
        stored_index: names of the columns that pandas stored as its index, which are left out, too.
        dialect: how a CSV file is written.
    """

    path: Path
    columns: list[Column]
    rows: int
    is_whole: bool
    csv_bytes: int
    has_index: bool = False
    stored_index: tuple[str, ...] = ()
    dialect: CsvDialect = USUAL

    @property
    def partition(self) -> str:
        """Return the name of a folder such as `year=2020`, which no column holds, if there is one.

        A training job reads the files below it and not its name.
        """
        folders = (file.relative_to(self.path).parts[:-1] for file in _files_of(self.path))
        return next((name for parts in folders for name in parts if "=" in name), "")

    def column(self, name: str) -> Column | None:
        """Return the column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


def read_table(path: Path) -> Table:
    """Read the names and at most MOST_ROWS rows of a CSV, JSON or Parquet file, or of a folder.

    Raises:
        CommandError: it is not a file with named columns and rows of equal length; or the files of
            the folder differ in format or columns.
        MissingPackageError: it is Parquet, and pyarrow is not installed.
    """
    return _table(path, _of_folder(path) if path.is_dir() else _of_file(path, _form(path)))


def _of_folder(folder: Path) -> FirstRows:
    """Read the files of a folder until there are enough rows, as a training job reads them all."""
    files = data_files(folder)
    if not files:
        raise _refused(folder, "holds no data files")
    first_format = _form(files[0]).format
    found: FirstRows | None = None
    for file in files:
        # Files whose names do not say it are those of one job: they are as the first one is.
        form = _form(file, first_format)
        if form.format != first_format:
            raise _refused(
                folder,
                f"mixes formats: {files[0].name} is {first_format}, {file.name} is {form.format}",
                "Give each format its own folder.",
            )
        if found is not None and found.rows >= MOST_ROWS:
            share = _bytes_of(files) / max(1, _bytes_of(files[: len(found.parts)]))
            return replace(found, is_whole=False, csv_bytes=round(found.csv_bytes * share))
        later = _of_file(file, form)
        try:
            found = later if found is None else joined(found, later, files[0].name)
        except FirstRowsError as error:
            raise _refused(file, str(error), error.advice) from error
    if found is None:
        raise LookupError("a folder with files has a first one")
    return found


def _files_of(path: Path) -> list[Path]:
    return data_files(path) if path.is_dir() else []


def _bytes_of(files: Sequence[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def _form(path: Path, beside: Format | None = None) -> FileForm:
    form = form_of_file(path, beside)
    if isinstance(form, OtherKind):
        raise _refused(path, f"is {form.what}", form.advice)
    return form


def _of_file(path: Path, form: FileForm) -> FirstRows:
    try:
        if form.format == "parquet":
            return read_parquet(path)
        with gzip.open(path) if form.gzipped else path.open("rb") as raw:
            return (_read_csv if form.format == "csv" else _read_json)(path, raw)
    except FirstRowsError as error:
        raise _refused(path, str(error), error.advice) from error
    except zlib.error as error:
        raise _refused(path, f"is not a valid gzip file ({error})") from error
    except (EOFError, OSError) as error:
        raise _refused(path, f"cannot be read ({error})") from error


def _read_csv(path: Path, raw: Any) -> FirstRows:
    scan = scanned(iter(lambda: raw.read(_BLOCK_BYTES), b""))
    if scan.fault is not None:
        raise FirstRowsError(f"is {scan.fault.what}", scan.fault.advice)
    raw.seek(0)
    head = raw.read(_HEAD_BYTES)
    dialect = detect_dialect(head, complete=len(head) < _HEAD_BYTES)
    # The first bytes may all be ASCII, and others may follow.
    dialect = replace(dialect, encoding=scan.encoding)
    text = dialect.text_of(head)
    _check_text(text, dialect)
    raw.seek(0)
    with io.TextIOWrapper(raw, dialect.encoding, "replace", newline="") as file:
        file.read(dialect.skipped)
        reader = csv.reader(file, delimiter=dialect.delimiter, strict=True)
        try:
            rows = _read(path, ((reader.line_num, row) for row in reader if row), is_csv=True)
        except csv.Error as error:
            raise FirstRowsError(f"is not a valid CSV file ({error})") from error
    return replace(rows, dialect=dialect)


def _read_json(path: Path, raw: Any) -> FirstRows:
    try:
        return _read(path, read_rows(raw))
    except JsonArrayError as error:
        raise FirstRowsError(f"cannot be read: {str(error).rstrip('.')}", error.advice) from error
    except JsonRowsError as error:
        raise FirstRowsError(f"cannot be read: {error}", error.advice) from error


def _read(
    path: Path, numbered: Iterator[tuple[int, list[str]]], *, is_csv: bool = False
) -> FirstRows:
    _, header = next(numbered, (0, []))
    if not header:
        raise FirstRowsError("is empty")
    if is_csv:
        _require_header(header)
    cells: list[list[str]] = [[] for _ in header]
    rows, more = 0, False
    for line, row in numbered:
        if rows == MOST_ROWS:
            more = True
            break
        if len(row) != len(header):
            cells_word = "cell" if len(row) == 1 else "cells"
            raise FirstRowsError(
                f"has {len(row)} {cells_word} in line {line}, but {len(header)} columns"
            )
        if row == header:
            raise FirstRowsError(f"repeats its header in line {line}")
        for values, value in zip(cells, row, strict=True):
            values.append(value)
        rows += 1
    return FirstRows(header, cells, (rows,), not more, path.stat().st_size)


def _table(path: Path, found: FirstRows) -> Table:
    """Return the columns without an index; raises CommandError where nothing can be learned."""
    names, cells = found.names, found.cells
    _check_names(path, names)
    if found.rows == 0:
        raise _refused(path, "has a header but no rows")
    columns = [
        Column(name, values, name in found.categories)
        for name, values in zip(names, cells, strict=True)
    ]
    has_index = has_unnamed_first(names) and _is_index(found.first_cells)
    if has_index:
        del columns[0]
        _require_features(path, [column.name for column in columns])
    elif not names[0].strip():
        raise _refused(
            path,
            "has a first column without a name that neither counts nor names the rows",
            INDEX_ADVICE,
        )
    _require_finite(path, columns)
    return Table(
        path=path,
        columns=columns,
        rows=found.rows,
        is_whole=found.is_whole,
        csv_bytes=found.csv_bytes,
        has_index=has_index,
        stored_index=found.stored_index,
        dialect=found.dialect,
    )


def _is_index(parts: list[list[str]]) -> bool:
    filled = [cells for cells in parts if cells]
    counting = all(counts_rows(cells, later_file=at > 0) for at, cells in enumerate(filled))
    return counting or all(map(names_rows, filled))


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


def _check_text(text: str, dialect: CsvDialect) -> None:
    if "\x00" in text:
        raise FirstRowsError("is not text: it contains zero bytes", "Save it as CSV.")
    title = title_line(text, dialect.delimiter)
    if title is not None:
        raise FirstRowsError(
            f"begins with the line {title!r}, and the rows below have more cells",
            TITLE_ADVICE,
        )


def _require_header(header: list[str]) -> None:
    """Refuse the first line of a CSV file that does not name columns."""
    if len(header) == 1 and len(header[0].split()) > 1:
        raise FirstRowsError(
            f"has only the column {header[0][:_SHOWN]!r}; allowed: a label and features",
            "Separate its cells by commas, not by spaces.",
        )
    if len(header) > 1 and all(map(is_number, header)):
        raise FirstRowsError(
            f"has no header: its first line is {', '.join(header[:5])}",
            "Write the columns' names above the rows.",
        )


def _check_names(path: Path, names: list[str]) -> None:
    _require_features(path, names)
    broken = broken_name(names)
    if broken is not None:
        raise _refused(
            path, f"has the column name {broken!r} with a line break or a tab", NAME_ADVICE
        )
    counts = Counter(names)
    for position, name in enumerate(names):
        if position and not name.strip():
            raise _refused(path, f"has no name for column {position + 1}", ADVICE_ON_LATER)
        if counts[name] > 1:
            raise _refused(path, f"has the column {name!r} more than once")


def _require_features(path: Path, names: list[str]) -> None:
    if len(names) > 1:
        return
    only = f"only the column {names[0][:_SHOWN]!r}" if names else "no column"
    raise _refused(path, f"has {only}; allowed: a label and features")


def _refused(path: Path, what: str, advice: str = "") -> CommandError:
    return CommandError(f"{path} {what}. {advice}".rstrip(), again={})
