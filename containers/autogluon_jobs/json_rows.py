"""Rows of JSON, as objects or lists, into a table by the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autogluon_jobs.conversion.conversion import convert_table
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.requests.records import columns_of_lists, columns_of_records
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable


def table_of_rows(schema: FeatureSchema, rows: Sequence[Any]) -> FeatureTable:
    """Rows as a request has them: all objects, or all lists.

    Raises:
        InputError: a row of another kind or length, an unknown or missing key, or a value that its
            feature cannot hold.
    """
    return (table_of_lists if isinstance(rows[0], list) else _table_of_records)(schema, rows)


def table_of_lists(schema: FeatureSchema, rows: Sequence[Any]) -> FeatureTable:
    """Rows as lists of values in the schema's order.

    Raises:
        InputError: a row of another length, or a value that its feature cannot hold.
    """
    table = schema.row_reader.of_lists(rows)
    if table is not None:
        return table
    return convert_table(schema.features, columns_of_lists(schema, rows), row_of_request)


def _table_of_records(schema: FeatureSchema, rows: Sequence[Any]) -> FeatureTable:
    table = schema.row_reader.of_records(rows)
    if table is not None:
        return table
    return convert_table(schema.features, columns_of_records(schema, rows), row_of_request)
