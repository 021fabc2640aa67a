"""Fill in the columns that a request may leave out, because the model has what they stand for."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from autogluon_jobs.schema.feature_schema import FeatureSchema


def with_left_out(schema: FeatureSchema, columns: dict[str, Any]) -> dict[str, Any]:
    """Return Arrow columns by name, and those that the request left out as missing values.

    `check_header` has refused a column that may not be left out.
    """
    if not schema.optional or schema.by_name.keys() <= columns.keys():
        return columns
    rows = len(next(iter(columns.values())))
    absent = schema.by_name.keys() - columns.keys()
    return columns | dict.fromkeys(absent, pa.nulls(rows, pa.string()))
