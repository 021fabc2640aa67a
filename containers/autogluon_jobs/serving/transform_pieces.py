"""Read pieces of a batch's files, as Batch Transform posts them.

With `SplitType=Line` only a file's first piece holds the header, so the columns come from the
batch's configuration, never from the piece. Any piece may start with the header line, and is then
read without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.answers.carried_columns import text_cells
from autogluon_jobs.conversion.conversion import convert_table
from autogluon_jobs.formats import csv_text
from autogluon_jobs.formats.arrow_types import plain
from autogluon_jobs.formats.parquet_table import read_parquet, require_utf8
from autogluon_jobs.formats.size_limits import BATCH
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.arrow_records import features_by_arrow
from autogluon_jobs.requests.batch_rows import (
    BatchRows,
    carried_values,
    csv_rows,
    jsonl_rows,
    parquet_rows,
)
from autogluon_jobs.requests.csv_layout import CsvLayout
from autogluon_jobs.requests.header_names import check_header
from autogluon_jobs.requests.parse_csv import features_of, read_table
from autogluon_jobs.requests.parse_jsonl import read_records, without_array
from autogluon_jobs.requests.parse_parquet import features_of_table
from autogluon_jobs.requests.records import columns_of_records
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable


def check_batch(
    schema: FeatureSchema, batch: TransformBatch, answered: Sequence[str], *, by_row: bool
) -> None:
    """Refuse a batch whose columns are not the predictor's, before its first row.

    Args:
        schema: what the predictor takes.
        batch: the layout of the batch's files.
        answered: the names of the answer's columns.
        by_row: whether the predictor's type answers each row by itself.

    Raises:
        InputError: missing or unknown columns, or an id column that is not among them or that
            the answers cannot carry.
    """
    if batch.id_column is not None and not by_row:
        raise InputError(
            f"The answers of {schema.type} predictors do not follow the rows, so they cannot "
            f'carry the id column "{batch.id_column}".',
            advice="Leave out id_column.",
        )
    if batch.on_error == "row" and not by_row:
        raise InputError(
            f"The answers of {schema.type} predictors do not follow the rows, so a row cannot have "
            "an error of its own.",
            advice="Leave out on_error.",
        )
    if batch.id_column in (schema.label, *answered):
        what = "the label " if batch.id_column == schema.label else ""
        raise InputError(
            f'The id column cannot be {what}"{batch.id_column}", which the answer also holds.',
            advice="Choose another id_column.",
        )
    if batch.columns is None:
        return
    check_header(schema, batch.columns, batch.extra_allowed)
    if batch.id_column is not None and batch.id_column not in batch.columns:
        raise InputError(
            f'Id column "{batch.id_column}" not found in the files.',
            advice=f"Their columns are {listed(batch.columns)}.",
        )


def csv_piece(schema: FeatureSchema, batch: TransformBatch, body: str | bytes) -> Request:
    """Return the rows of one piece; none where it holds only the header.

    Raises:
        InputError: a row that cannot be read exactly.
    """
    data, layout = _csv_text(schema, batch, body)
    if not csv_text.has_rows(data, after_first=layout.has_header):
        return _no_rows(schema, batch)
    table = read_table(data, layout)
    features = features_of(schema, table, layout)
    ids = None if batch.id_column is None else table[batch.id_column].to_pylist()
    return Request(features, ids=ids)


def csv_piece_rows(reader: RowReader, batch: TransformBatch, body: str | bytes) -> BatchRows:
    """Return the rows of one piece for reading one by one.

    Raises:
        InputError: rows cannot be told apart.
    """
    data, layout = _csv_text(reader.schema, batch, body)
    return csv_rows(
        reader,
        data,
        layout.columns,
        _carried(batch),
        has_header=batch.has_header,
        skip_first=layout.has_header,
        delimiter=batch.delimiter,
    )


def _csv_text(
    schema: FeatureSchema, batch: TransformBatch, body: str | bytes
) -> tuple[bytes, CsvLayout]:
    data = csv_text.as_bytes(body)
    columns = batch.columns or schema.names
    if batch.id_column is not None and batch.id_column not in columns:
        raise InputError(
            f'The batch names the id column "{batch.id_column}" but not the columns of its files.'
        )
    has_header = batch.has_header and (
        tuple(csv_text.first_record(data, batch.delimiter)) == columns
    )
    # A header-less batch was checked when it was planned: its columns are stated.
    return data, CsvLayout(
        columns, has_header=has_header, is_stated=True, delimiter=batch.delimiter
    )


def _carried(batch: TransformBatch) -> tuple[str, ...]:
    return () if batch.id_column is None else (batch.id_column,)


def jsonl_piece(schema: FeatureSchema, batch: TransformBatch, body: str | bytes) -> Request:
    """Return the rows of one piece; none where it holds only the header.

    Raises:
        InputError: a row that cannot be read exactly.
    """
    sooner = features_by_arrow(schema, body, _carried(batch))
    if sooner is not None:
        features, carried = sooner
        return Request(features, ids=next(map(list, carried.values()), None))
    rows = read_records(body)
    if not rows:
        return _no_rows(schema, batch)
    columns = columns_of_records(schema, rows, batch.extra_allowed)
    features = convert_table(schema.features, columns, row_of_request)
    name = batch.id_column
    ids = None if name is None else carried_values(rows, name, row_of_request, is_id=True)
    return Request(features, ids=ids)


def jsonl_piece_rows(reader: RowReader, batch: TransformBatch, body: str | bytes) -> BatchRows:
    """Return the rows of one piece for reading one by one."""
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return jsonl_rows(reader, without_array(data), _carried(batch), batch.id_column)


def parquet_piece(schema: FeatureSchema, batch: TransformBatch, body: str | bytes) -> Request:
    """Return the rows of one piece; none where it holds only the header.

    Raises:
        InputError: a row that cannot be read exactly.
    """
    table = _parquet_table(schema, batch, body)
    features = features_of_table(schema, table, row_of_request)
    ids = None if batch.id_column is None else _ids_of_column(batch, table)
    return Request(features, ids=ids)


def parquet_piece_rows(reader: RowReader, batch: TransformBatch, body: str | bytes) -> BatchRows:
    """Return the rows of one piece for reading one by one.

    Raises:
        InputError: not a valid Parquet file, other columns, or an id that no answer can return.
    """
    table = _parquet_table(reader.schema, batch, body)
    rows = parquet_rows(reader, table, ())
    if batch.id_column is None:
        return rows
    return BatchRows(rows.source, {batch.id_column: _ids_of_column(batch, table)})


def _parquet_table(schema: FeatureSchema, batch: TransformBatch, body: str | bytes) -> Any:
    data = body if isinstance(body, bytes) else body.encode("latin-1", "replace")
    table = read_parquet(data, (*schema.names, *batch.extra_allowed), BATCH)
    check_header(schema, table.column_names, batch.extra_allowed)
    if batch.id_column is not None and batch.id_column not in table.column_names:
        raise InputError(f'Id column "{batch.id_column}" not found in the file.')
    return table


def _ids_of_column(batch: TransformBatch, table: Any) -> list[Any]:
    name, result = batch.id_column or "", batch.output_format.upper()
    require_utf8(table, [name], row_of_request)
    ids: list[Any] = text_cells(name, plain(table.column(name)), result).to_pylist()
    return ids


def _no_rows(schema: FeatureSchema, batch: TransformBatch) -> Request:
    ids: list[Any] | None = None if batch.id_column is None else []
    return Request(FeatureTable.of_rows(schema.features, []), ids=ids)
