"""`application/json` requests: records, one record, lists, or `{"instances": [...]}`."""

from __future__ import annotations

from typing import Any

from autogluon_jobs import json_text
from autogluon_jobs.conversion import convert_table
from autogluon_jobs.errors import InputError
from autogluon_jobs.feature_schema import FeatureSchema
from autogluon_jobs.places import row_of_request
from autogluon_jobs.records import columns_of_lists, columns_of_records
from autogluon_jobs.request import Request, require_rows


def parse_json(schema: FeatureSchema, body: str | bytes) -> Request:
    """Parse one request by the schema.

    Raises:
        InputError: no JSON, no rows, or anything that cannot be read exactly.
    """
    if not body.strip():
        raise InputError("The body is empty; send a JSON list of records.")
    rows = _rows(schema, json_text.parse(body, "The body"))
    require_rows(len(rows))
    as_lists = isinstance(rows[0], list)
    columns = columns_of_lists(schema, rows) if as_lists else columns_of_records(schema, rows)
    return Request(convert_table(schema.features, columns, row_of_request))


def _rows(schema: FeatureSchema, document: Any) -> list[Any]:
    if isinstance(document, dict):
        # A predictor may have a feature of that name; its value would be no list.
        one_record = set(document) != {"instances"} or (
            "instances" in schema.by_name and not isinstance(document["instances"], list)
        )
        document = [document] if one_record else document["instances"]
    if not isinstance(document, list):
        raise InputError(
            "The body is no list of records; send [{...}, ...], {...}, [[...], ...] or "
            '{"instances": [...]}.'
        )
    return document
