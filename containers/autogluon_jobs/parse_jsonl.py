"""`application/jsonl` and `application/jsonlines` requests: one record, or one list, per line."""

from __future__ import annotations

from typing import Any

from autogluon_jobs import json_text
from autogluon_jobs.conversion import convert_table
from autogluon_jobs.errors import InputError
from autogluon_jobs.feature_schema import FeatureSchema
from autogluon_jobs.places import row_of_request
from autogluon_jobs.records import columns_of_lists, columns_of_records
from autogluon_jobs.request import Request, require_rows


def parse_jsonl(schema: FeatureSchema, body: str | bytes) -> Request:
    """Parse one request by the schema; blank lines are no rows.

    Raises:
        InputError: an empty body, a line that is no JSON, or anything that cannot be read exactly.
    """
    rows = read_lines(body)
    require_rows(len(rows))
    as_lists = isinstance(rows[0], list)
    columns = columns_of_lists(schema, rows) if as_lists else columns_of_records(schema, rows)
    return Request(convert_table(schema.features, columns, row_of_request))


def read_lines(body: str | bytes) -> list[Any]:
    """The values of JSON Lines, blank lines left out.

    Raises:
        InputError: a line that is no JSON, by its number.
    """
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(f"The body is not UTF-8 at byte {error.start + 1}.") from error
    return [
        json_text.parse(line, f"Line {number}")
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
