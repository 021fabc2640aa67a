"""Read the rows of JSON, Parquet and AutoGluon bodies range by range."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from autogluon_jobs.conversion.conversion import convert_table
from autogluon_jobs.formats import json_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.requests.parse_autogluon import unpack_autogluon
from autogluon_jobs.requests.parse_json import read_rows
from autogluon_jobs.requests.parse_jsonl import numbered_lines, require_lines
from autogluon_jobs.requests.parse_parquet import features_of_table, table_of_body
from autogluon_jobs.requests.records import column_of_values, columns_of_lists, columns_of_records
from autogluon_jobs.requests.row_ranges import RowSource, read_quickly
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable


def json_source(reader: RowReader, body: str | bytes) -> RowSource:
    """Return the records or lists of a JSON document."""
    return _of_values(reader, read_rows(reader.schema, body))


def jsonl_source(reader: RowReader, body: str | bytes) -> RowSource:
    """Return one record or list per line; a line that is not valid JSON is one bad row.

    Raises:
        InputError: the body is another JSON document.
    """

    def value(number: int, line: str) -> Any:
        try:
            return json_text.parse(line, f"Line {number}")
        except InputError as error:
            return error

    values = [value(number, line) for number, line in numbered_lines(body)]
    if values and isinstance(values[0], InputError):
        require_lines(body)
    return _of_values(reader, values)


def _of_values(reader: RowReader, rows: Sequence[Any]) -> RowSource:
    # The first row that is either says which of the two all of them have to be.
    first = next((row for row in rows if isinstance(row, dict | list)), None)
    return _source(reader, rows, lists=isinstance(first, list))


def records_source(
    reader: RowReader, rows: Sequence[Any], extra_allowed: frozenset[str]
) -> RowSource:
    """Return records, which may have further keys; an `InputError` is a row that has it."""
    return _source(reader, rows, lists=False, extra_allowed=extra_allowed)


def _source(
    reader: RowReader,
    rows: Sequence[Any],
    *,
    lists: bool,
    extra_allowed: frozenset[str] = frozenset(),
) -> RowSource:
    schema = reader.schema
    known = schema.by_name.keys() | schema.accepted | extra_allowed

    def read(start: int, end: int, row_name: RowName) -> FeatureTable:
        values = rows[start:end]
        for value in values:
            if isinstance(value, InputError):
                raise value
        columns = (
            columns_of_lists(schema, values, row_name)
            if lists
            else columns_of_records(schema, values, extra_allowed, row_name)
        )
        return convert_table(schema.features, columns, row_name)

    def quick(position: int, row_name: RowName) -> FeatureTable | InputError | None:
        row = rows[position]
        cells = _cells_of(schema, row, known, lists=lists)
        if cells is None:
            return None
        return read_quickly(
            reader, cells, lambda item, cell: column_of_values(item, [cell], row_name), row_name
        )

    return RowSource(len(rows), read, quick=quick)


def _cells_of(
    schema: FeatureSchema, row: Any, known: Set[str], *, lists: bool
) -> Sequence[Any] | None:
    """Return the cells in the schema's order; None where the row has another shape."""
    names = schema.names
    if lists:
        return row if type(row) is list and len(row) == len(names) else None
    if type(row) is not dict or not row.keys() <= known:
        return None
    return [row[name] for name in names] if schema.by_name.keys() <= row.keys() else None


def parquet_source(reader: RowReader, body: str | bytes) -> RowSource:
    """Return rows of a Parquet file."""
    return table_source(reader.schema, table_of_body(reader.schema, body))


def table_source(schema: FeatureSchema, table: Any) -> RowSource:
    """Return rows of an Arrow table with typed columns."""

    def read(start: int, end: int, row_name: RowName) -> FeatureTable:
        return features_of_table(schema, table.slice(start, end - start), row_name)

    return RowSource(table.num_rows, read)


def autogluon_source(reader: RowReader, body: str | bytes) -> RowSource:
    """Return rows of the tables in an `application/x-autogluon` document."""
    table, options = unpack_autogluon(reader, body)
    source = table_source(reader.schema, table)
    return RowSource(source.count, source.read, options)
