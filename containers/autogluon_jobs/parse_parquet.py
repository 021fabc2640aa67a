"""`application/x-parquet` requests: columns by name."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from autogluon_jobs.conversion import convert_table
from autogluon_jobs.csv_layout import check_header
from autogluon_jobs.errors import InputError
from autogluon_jobs.feature_schema import FeatureSchema
from autogluon_jobs.places import row_of_request
from autogluon_jobs.request import Request, require_rows


def parse_parquet(schema: FeatureSchema, body: str | bytes) -> Request:
    """Parse one request by the schema.

    Raises:
        InputError: no Parquet, missing or unknown columns, or values that are not exact.
    """
    table = read_parquet(body if isinstance(body, bytes) else body.encode("latin-1", "replace"))
    check_header(schema, table.column_names)
    require_rows(table.num_rows)
    columns = {name: table.column(name) for name in schema.names}
    return Request(convert_table(schema.features, columns, row_of_request))


def read_parquet(data: bytes) -> Any:
    """The Arrow table of a Parquet file, without the index that pandas may have stored in it.

    Raises:
        InputError: the bytes are no Parquet.
    """
    try:
        table = pq.read_table(pa.BufferReader(data), use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"The bytes are no Parquet file ({str(error)[:120]}).") from error
    metadata = json.loads((table.schema.metadata or {}).get(b"pandas", b"{}"))
    stored = {name for name in metadata.get("index_columns", ()) if isinstance(name, str)}
    return table.drop_columns([name for name in table.column_names if name in stored])
