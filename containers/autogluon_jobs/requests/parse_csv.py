"""Parse `text/csv` requests, with a header or without."""

from __future__ import annotations

import os
from typing import Any

from autogluon_jobs.conversion.conversion import convert_table
from autogluon_jobs.formats import csv_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName, row_of_request
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.csv_layout import CsvLayout, detect_layout, open_csv
from autogluon_jobs.requests.header_rows import require_known_values, require_no_header
from autogluon_jobs.requests.left_out import with_left_out
from autogluon_jobs.requests.request import Request, require_rows
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable

# Smaller bodies are read sooner than threads are started.
_LARGE_BYTES = 1 << 20
# As many cores as a prediction of a server's worker may use.
_MOST_THREADS = 2


def parse_csv(reader: RowReader, body: str | bytes) -> Request:
    """Parse one request by the schema.

    Raises:
        InputError: an empty body, a header without rows, or anything that cannot be read exactly.
    """
    table = reader.of_csv(body)
    if table is not None:
        return Request(table)
    schema = reader.schema
    data, delimiter = open_csv(schema, body)
    layout = detect_layout(schema, csv_text.first_record(data, delimiter), delimiter)
    if layout.has_header and not csv_text.has_rows(data, after_first=True):
        raise InputError(
            "The CSV has a header but no rows.", advice="Send at least one row below it."
        )
    threads = _threads(data)
    columns = read_table(data, layout, threads=threads)
    require_rows(len(next(iter(columns.values()))))
    return Request(features_of(schema, columns, layout, threads=threads))


def _threads(data: bytes) -> int:
    return 1 if len(data) < _LARGE_BYTES else min(_MOST_THREADS, len(os.sched_getaffinity(0)))


def read_table(
    data: bytes,
    layout: CsvLayout,
    row_name: RowName = row_of_request,
    threads: int = 1,
    *,
    skip_first: bool | None = None,
) -> dict[str, Any]:
    """Return the columns of the CSV by name, as Arrow texts.

    Args:
        data: as `csv_text.as_bytes` leaves it.
        layout: of the cells.
        row_name: names a row.
        threads: see `csv_text.read_columns`.
        skip_first: whether the first line is the header; None where the layout says so.

    Raises:
        InputError: a row with more or fewer cells than the layout has columns.
    """
    names = f"the {'columns' if layout.is_stated else 'features'} are {listed(layout.columns)}"
    what = "the header" if layout.has_header else names
    table = csv_text.read_columns(
        data,
        len(layout.columns),
        skip_first=layout.has_header if skip_first is None else skip_first,
        row_hint=what,
        row_name=row_name,
        threads=threads,
        delimiter=layout.delimiter,
    )
    return dict(zip(layout.columns, table.columns, strict=True))


def features_of(
    schema: FeatureSchema,
    columns: dict[str, Any],
    layout: CsvLayout,
    row_name: RowName = row_of_request,
    threads: int = 1,
) -> FeatureTable:
    """Return the schema's features out of the columns of a CSV.

    Raises:
        InputError: a cell that its feature cannot hold, or a row that may be a header.
    """
    columns = with_left_out(schema, columns)
    require_no_header(schema, columns, row_name)
    values = convert_table(schema.features, columns, row_name, threads)
    if not (layout.has_header or layout.is_stated):
        require_known_values(schema, values, row_name)
    return values
