"""Read the rows of JSON, Parquet and AutoGluon bodies range by range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autogluon_jobs.conversion.conversion import convert_table
from autogluon_jobs.formats import json_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.requests.parse_autogluon import unpack_autogluon
from autogluon_jobs.requests.parse_json import read_rows
from autogluon_jobs.requests.parse_jsonl import numbered_lines
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
    """Return one record or list per line; a line that is not valid JSON is one bad row."""

    def value(number: int, line: str) -> Any:
        try:
            return json_text.parse(line, f"Line {number}")
        except InputError as error:
            return error

    return _of_values(reader, [value(number, line) for number, line in numbered_lines(body)])


def _of_values(reader: RowReader, rows: Sequence[Any]) -> RowSource:
    schema = reader.schema
    # The first row that is either says which of the two all of them have to be.
    first = next((row for row in rows if isinstance(row, dict | list)), None)
    columns_of = columns_of_lists if isinstance(first, list) else columns_of_records

    def read(start: int, end: int, row_name: RowName) -> FeatureTable:
        values = rows[start:end]
        for value in values:
            if isinstance(value, InputError):
                raise value
        columns = columns_of(schema, values, row_name=row_name)
        return convert_table(schema.features, columns, row_name)

    def quick(position: int, row_name: RowName) -> FeatureTable | InputError | None:
        row = rows[position]
        cells = _cells_of(schema, row, lists=isinstance(first, list))
        if cells is None:
            return None
        return read_quickly(
            reader, cells, lambda item, cell: column_of_values(item, [cell], row_name), row_name
        )

    return RowSource(len(rows), read, quick=quick)


def _cells_of(schema: FeatureSchema, row: Any, *, lists: bool) -> Sequence[Any] | None:
    """Return the cells in the schema's order; None where the row has another shape."""
    names = schema.names
    if lists:
        return row if type(row) is list and len(row) == len(names) else None
    if type(row) is not dict or not row.keys() <= schema.by_name.keys() | schema.accepted:
        return None
    return [row[name] for name in names] if schema.by_name.keys() <= row.keys() else None


def parquet_source(reader: RowReader, body: str | bytes) -> RowSource:
    """Return rows of a Parquet file."""
    table = table_of_body(reader.schema, body)

    def read(start: int, end: int, row_name: RowName) -> FeatureTable:
        return features_of_table(reader.schema, table.slice(start, end - start), row_name)

    return RowSource(table.num_rows, read)


def autogluon_source(reader: RowReader, body: str | bytes) -> RowSource:
    """Return rows of the Parquet file in an `application/x-autogluon` document."""
    data, options = unpack_autogluon(body)
    source = parquet_source(reader, data)
    return RowSource(source.count, source.read, options)
