"""`application/json` requests: records, one record, lists, or `{"instances": [...]}`."""

from __future__ import annotations

from typing import Any

from autogluon_jobs.formats import json_text
from autogluon_jobs.json_rows import table_of_rows
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.request import Request, require_rows
from autogluon_jobs.schema.feature_schema import FeatureSchema


def parse_json(schema: FeatureSchema, body: str | bytes) -> Request:
    """Parse one request by the schema.

    Raises:
        InputError: no JSON, no rows, or anything that cannot be read exactly.
    """
    rows = read_rows(schema, body)
    require_rows(len(rows))
    return Request(table_of_rows(schema, rows))


def read_rows(schema: FeatureSchema, body: str | bytes) -> list[Any]:
    """The rows of a JSON document, whatever they are.

    Raises:
        InputError: no JSON, or no list of rows.
    """
    if not body.strip():
        raise InputError("The body is empty; send a JSON list of records.")
    document = json_text.parse_body(body)
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
