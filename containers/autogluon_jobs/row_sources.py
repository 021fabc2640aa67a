"""Bodies whose rows can be read one range at a time, for every wire format.

What concerns the body as a whole (no JSON, a wrong header) is refused when the source is made; what
concerns a row, when that row is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from autogluon_jobs import csv_text, json_text
from autogluon_jobs.conversion import convert_column, convert_table
from autogluon_jobs.csv_layout import CsvLayout, detect_layout
from autogluon_jobs.errors import InputError
from autogluon_jobs.feature_schema import Feature, FeatureSchema
from autogluon_jobs.feature_table import FeatureTable
from autogluon_jobs.parse_autogluon import unpack_autogluon
from autogluon_jobs.parse_csv import features_of, read_table
from autogluon_jobs.parse_json import read_rows
from autogluon_jobs.parse_jsonl import numbered_lines
from autogluon_jobs.parse_parquet import features_of_table, table_of_body
from autogluon_jobs.places import Place
from autogluon_jobs.records import column_of_values, columns_of_lists, columns_of_records
from autogluon_jobs.request import require_rows

Read = Callable[[int, int, Place], FeatureTable]
"""Reads the rows from one position up to another; raises InputError for the first bad one."""

Quick = Callable[[int, Place], FeatureTable | InputError | None]
"""The row at a position, cell by cell: read, refused by what `read` says, or left to `read`."""

ColumnOf = Callable[[Feature, Any], Any]
"""A feature's one cell as an Arrow column."""


@dataclass(frozen=True)
class RowSource:
    """The rows of one body; `options` are the inference arguments that it carried."""

    count: int
    read: Read
    options: dict[str, Any] = field(default_factory=dict)
    quick: Quick | None = None


def _quickly(
    schema: FeatureSchema, cells: Sequence[Any], column_of: ColumnOf, place: Place
) -> FeatureTable | InputError | None:
    """The row of these cells, or the sentence that converting its columns in order would give."""
    table, unsure = schema.row_reader.of_cells(cells)
    if table is not None:
        return table
    try:
        # All texts before all values, as whole ranges are read.
        columns = [
            (schema.features[at], column_of(schema.features[at], cells[at])) for at in unsure
        ]
        for feature, column in columns:
            convert_column(feature, column, place)
    except InputError as error:
        return error
    return None


def json_source(schema: FeatureSchema, body: str | bytes) -> RowSource:
    """Records or lists of a JSON document."""
    return _of_values(schema, read_rows(schema, body))


def jsonl_source(schema: FeatureSchema, body: str | bytes) -> RowSource:
    """One record or list a line; a line that is no JSON is one bad row."""

    def value(number: int, line: str) -> Any:
        try:
            return json_text.parse(line, f"Line {number}")
        except InputError as error:
            return error

    return _of_values(schema, [value(number, line) for number, line in numbered_lines(body)])


def _of_values(schema: FeatureSchema, rows: Sequence[Any]) -> RowSource:
    # The first row that is either says which of the two all of them have to be.
    first = next((row for row in rows if isinstance(row, dict | list)), None)
    columns_of = columns_of_lists if isinstance(first, list) else columns_of_records

    def read(start: int, end: int, place: Place) -> FeatureTable:
        values = rows[start:end]
        for value in values:
            if isinstance(value, InputError):
                raise value
        columns = columns_of(schema, values, place=place)
        return convert_table(schema.features, columns, place)

    def quick(position: int, place: Place) -> FeatureTable | InputError | None:
        row = rows[position]
        cells = _cells_of(schema, row, lists=isinstance(first, list))
        if cells is None:
            return None
        return _quickly(
            schema, cells, lambda item, cell: column_of_values(item, [cell], place), place
        )

    return RowSource(len(rows), read, quick=quick)


def _cells_of(schema: FeatureSchema, row: Any, *, lists: bool) -> Sequence[Any] | None:
    """The cells in the schema's order; None where the row has another shape."""
    names = schema.names
    if lists:
        return row if type(row) is list and len(row) == len(names) else None
    if type(row) is not dict or not row.keys() <= schema.by_name.keys() | schema.accepted:
        return None
    return [row[name] for name in names] if schema.by_name.keys() <= row.keys() else None


def csv_source(schema: FeatureSchema, body: str | bytes) -> RowSource:
    """Lines of a CSV, each with the line breaks inside its quotes."""
    data = csv_text.as_bytes(body)
    first = csv_text.first_record(data)
    require_rows(len(first))
    csv_text.require_closed_quotes(data)
    layout = detect_layout(schema, first)
    records = list(_records(data))[int(layout.has_header) :]
    texts = _CsvTexts(schema, records, CsvLayout(layout.columns, has_header=False))

    def read(start: int, end: int, place: Place) -> FeatureTable:
        return features_of(schema, texts.columns(start, end, place), layout, place)

    def quick(position: int, place: Place) -> FeatureTable | InputError | None:
        columns = texts.known(position, position + 1)
        # Without a header, a row is also held to the words that training knew.
        if columns is None or not layout.has_header:
            return None
        cells = [columns[name][0].as_py() for name in schema.names]
        if tuple(cells) == schema.names:
            return None  # the header once more
        return _quickly(schema, cells, lambda item, _: columns[item.name], place)

    return RowSource(len(records), read, quick=quick)


class _CsvTexts:
    """The texts of ranges of records; a part of a range that was cut into cells is not cut again.

    Args:
        schema: what the predictor takes.
        records: lines, each with the line breaks inside its quotes.
        layout: of their cells.
    """

    def __init__(self, schema: FeatureSchema, records: Sequence[str], layout: CsvLayout) -> None:
        self._schema = schema
        self._records = records
        self._layout = layout
        self._start = 0
        self._last: dict[str, Any] = {}

    def columns(self, start: int, end: int, place: Place) -> dict[str, Any]:
        """The columns by name.

        Raises:
            InputError: a row with more or fewer cells than the layout has columns.
        """
        known = self.known(start, end)
        if known is not None:
            return known
        data = "".join(self._records[start:end]).encode()
        found = read_table(self._schema, data, self._layout, place)
        if all(len(column) == end - start for column in found.values()):
            self._start, self._last = start, found
        return found

    def known(self, start: int, end: int) -> dict[str, Any] | None:
        """The columns where they were cut as part of the range that came last, else None."""
        offset, count = start - self._start, len(next(iter(self._last.values()), ()))
        if offset < 0 or end - self._start > count:
            return None
        return {name: column.slice(offset, end - start) for name, column in self._last.items()}


def _records(data: bytes) -> Iterator[str]:
    lines: list[str] = []

    def remembered() -> Iterator[str]:
        for line in io.StringIO(data.decode("utf-8", "replace"), newline=""):
            lines.append(line)
            yield line

    for cells in csv.reader(remembered()):
        text = "".join(lines)
        lines.clear()
        if cells:
            yield text if text.endswith(("\n", "\r")) else text + "\n"


def parquet_source(schema: FeatureSchema, body: str | bytes) -> RowSource:
    """Rows of a Parquet file."""
    table = table_of_body(schema, body)

    def read(start: int, end: int, place: Place) -> FeatureTable:
        return features_of_table(schema, table.slice(start, end - start), place)

    return RowSource(table.num_rows, read)


def autogluon_source(schema: FeatureSchema, body: str | bytes) -> RowSource:
    """Rows of the Parquet file inside an `application/x-autogluon` document."""
    data, options = unpack_autogluon(body)
    source = parquet_source(schema, data)
    return RowSource(source.count, source.read, options)


SOURCES: dict[str, Callable[[FeatureSchema, str | bytes], RowSource]] = {
    "text/csv": csv_source,
    "application/json": json_source,
    "application/jsonl": jsonl_source,
    "application/jsonlines": jsonl_source,
    "application/x-parquet": parquet_source,
    "application/x-autogluon": autogluon_source,
}
