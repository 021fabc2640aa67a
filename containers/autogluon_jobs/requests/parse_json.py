"""Parse `application/json` requests: records, one record, lists, or `{"instances": [...]}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autogluon_jobs.conversion.conversion import convert_table
from autogluon_jobs.formats import json_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.requests.arrow_records import features_by_arrow
from autogluon_jobs.requests.records import columns_of_lists, columns_of_records
from autogluon_jobs.requests.request import Request, require_rows
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable


def parse_json(reader: RowReader, body: str | bytes) -> Request:
    """Parse one request by the schema.

    Raises:
        InputError: invalid JSON, no rows, or anything that cannot be read exactly.
    """
    sooner = features_by_arrow(reader.schema, body, lines=False)
    if sooner is not None:
        require_rows(len(sooner[0]))
        return Request(sooner[0])
    rows = read_rows(reader.schema, body)
    require_rows(len(rows))
    return Request(table_of_rows(reader, rows))


def read_rows(schema: FeatureSchema, body: str | bytes) -> list[Any]:
    """Return the rows of a JSON document, of whatever type.

    Raises:
        InputError: invalid JSON, or no list of rows.
    """
    if not body.strip():
        raise InputError("The body is empty.", advice="Send a JSON list of records.")
    document = json_text.parse_body(body)
    if isinstance(document, dict):
        # A predictor may have a feature of that name; its value would be no list.
        one_record = set(document) != {"instances"} or (
            "instances" in schema.by_name and not isinstance(document["instances"], list)
        )
        document = [document] if one_record else document["instances"]
    if not isinstance(document, list):
        raise InputError(
            "The body is not a list of records.",
            advice='Send [{...}, ...], {...}, [[...], ...] or {"instances": [...]}.',
        )
    return document


def table_of_rows(reader: RowReader, rows: Sequence[Any]) -> FeatureTable:
    """Convert rows as a request has them: all objects, or all lists.

    Raises:
        InputError: a row of another kind or length, an unknown or missing key, or a value that its
            feature cannot hold.
    """
    return (table_of_lists if isinstance(rows[0], list) else _table_of_records)(reader, rows)


def table_of_lists(reader: RowReader, rows: Sequence[Any]) -> FeatureTable:
    """Convert rows as lists of values in the schema's order.

    Raises:
        InputError: a row of another length, or a value that its feature cannot hold.
    """
    table = reader.of_lists(rows)
    if table is not None:
        return table
    schema = reader.schema
    return convert_table(schema.features, columns_of_lists(schema, rows), row_of_request)


def _table_of_records(reader: RowReader, rows: Sequence[Any]) -> FeatureTable:
    table = reader.of_records(rows)
    if table is not None:
        return table
    schema = reader.schema
    return convert_table(schema.features, columns_of_records(schema, rows), row_of_request)
