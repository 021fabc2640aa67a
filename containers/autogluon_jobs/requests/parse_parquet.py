"""Parse `application/x-parquet` requests: columns by name."""

from __future__ import annotations

from typing import Any

from autogluon_jobs.conversion.conversion import convert_table
from autogluon_jobs.formats.parquet_table import read_parquet, require_utf8
from autogluon_jobs.formats.size_limits import REAL_TIME
from autogluon_jobs.messages.row_names import RowName, row_of_request
from autogluon_jobs.requests.header_names import check_header
from autogluon_jobs.requests.left_out import with_left_out
from autogluon_jobs.requests.request import Request, require_rows
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable


def parse_parquet(reader: RowReader, body: str | bytes) -> Request:
    """Parse one request by the schema.

    Raises:
        InputError: invalid Parquet, missing or unknown columns, or values that are not exact.
    """
    table = table_of_body(reader.schema, body)
    require_rows(table.num_rows)
    return Request(features_of_table(reader.schema, table, row_of_request))


def features_of_table(schema: FeatureSchema, table: Any, row_name: RowName) -> FeatureTable:
    """Return the schema's features out of an Arrow table with typed columns.

    Raises:
        InputError: a cell that its feature cannot hold.
    """
    given = dict(zip(table.column_names, table.columns, strict=True))
    require_utf8(table, [name for name in schema.names if name in given], row_name)
    columns = with_left_out(schema, given)
    return convert_table(schema.features, columns, row_name)


def table_of_body(schema: FeatureSchema, body: str | bytes) -> Any:
    """Return the Arrow table of a request, with every feature among its columns.

    Raises:
        InputError: invalid Parquet, more than one request may hold, or missing or unknown columns.
    """
    data = body if isinstance(body, bytes) else body.encode("latin-1", "replace")
    table = read_parquet(data, schema.names, REAL_TIME)
    check_header(schema, table.column_names)
    return table
