"""Open rows of a batch's file for reading one by one, so that a bad row costs only itself."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.data.files.csv_dialect import Delimiter
from autogluon_jobs.formats import csv_text, json_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.requests.csv_layout import CsvLayout
from autogluon_jobs.requests.csv_rows import csv_records, source_of_records
from autogluon_jobs.requests.row_ranges import RowSource
from autogluon_jobs.requests.row_sources import records_source, table_source
from autogluon_jobs.requests.small_requests import RowReader

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def this_row(_: int) -> str:
    """Name a row in the sentence beside it: a piece does not know its place in the file."""
    return "this row"


@dataclass(frozen=True)
class BatchRows:
    """Rows of a batch's file, and what of them is carried into the answer.

    `carried` has a list or an Arrow column per name, None where a row has no such cell.
    """

    source: RowSource
    carried: Mapping[str, Any]

    def parts(self, rows: int) -> Iterator[BatchRows]:
        """Yield the rows, at most so many at a time."""
        for start in range(0, self.source.count, rows):
            end = start + rows
            carried = {name: values[start:end] for name, values in self.carried.items()}
            yield BatchRows(self.source.part(start, end), carried)


def csv_rows(
    reader: RowReader,
    data: bytes,
    columns: Sequence[str],
    carried: Sequence[str],
    *,
    has_header: bool,
    skip_first: bool,
    delimiter: Delimiter,
) -> BatchRows:
    """Return the lines of a CSV.

    Args:
        reader: of the schema.
        data: as `csv_text.as_bytes` leaves it.
        columns: in file order.
        carried: those of them that are carried.
        has_header: the file has a header.
        skip_first: it is the first of these lines.
        delimiter: between cells.

    Raises:
        InputError: a quote that is never closed, so that rows run into each other.
    """
    csv_text.require_closed_quotes(data, delimiter)
    records = csv_records(data, delimiter)[int(skip_first) :]
    layout = CsvLayout(tuple(columns), has_header=has_header, is_stated=True, delimiter=delimiter)
    cells = [_cells(text, len(columns), delimiter) for text in records] if carried else []
    found = {name: [row[columns.index(name)] for row in cells] for name in carried}
    return BatchRows(source_of_records(reader, records, layout), found)


def _cells(text: str, width: int, delimiter: str) -> Sequence[str | None]:
    cells = next(csv_text.records(io.StringIO(text, newline=""), delimiter))
    if len(cells) != width:
        return [None] * width
    return [cell if json_text.is_encodable(cell) else None for cell in cells]


def jsonl_rows(
    reader: RowReader, data: bytes, carried: Sequence[str], id_column: str | None
) -> BatchRows:
    """Return the lines of JSON Lines; one that is not valid JSON is one bad row.

    Args:
        reader: of the schema.
        data: the lines.
        carried: the names of cells that are carried.
        id_column: that one of them which is the id, for sentences.
    """
    lines = data.removeprefix(_BYTE_ORDER_MARK).split(b"\n")
    rows = [_record(line, carried, id_column) for line in lines if line.strip()]
    found = {
        name: [row[name] if isinstance(row, dict) else None for row in rows] for name in carried
    }
    return BatchRows(records_source(reader, rows, frozenset(carried)), found)


def _record(line: bytes, carried: Sequence[str], id_column: str | None) -> Any:
    try:
        row = json_text.parse(line.decode(), "This row")
        if isinstance(row, dict):
            for name in carried:
                carried_values([row], name, this_row, is_id=name == id_column)
    except UnicodeDecodeError:
        return InputError("This row is not valid UTF-8.", advice="Encode it in UTF-8.")
    except InputError as error:
        return error
    return row


def parquet_rows(reader: RowReader, table: Any, carried: Sequence[str]) -> BatchRows:
    """Return the rows of an Arrow table with typed columns."""
    found = {name: table.column(name) for name in carried}
    return BatchRows(table_source(reader.schema, table), found)


def carried_values(
    rows: Sequence[Mapping[str, Any]], name: str, row_name: RowName, *, is_id: bool
) -> list[Any]:
    """Return a carried value of each record: the id, or an included column.

    Raises:
        InputError: a record lacks it, or it is not a plain value.
    """
    column = f'{"Id column" if is_id else "Column to carry over"} "{name}"'
    for position, row in enumerate(rows):
        if name not in row:
            raise InputError(f"{column} not found in {row_name(position)}.")
        if not json_text.is_plain(row[name]):
            raise InputError(
                f"{column} is not a plain value in {row_name(position)}.",
                advice="Use strings, numbers, booleans and nulls only.",
            )
    return [row[name] for row in rows]
