"""Parse `application/jsonlines` requests: one record, or one list, per line."""

from __future__ import annotations

from typing import Any

from autogluon_jobs.formats import json_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.parse_json import table_of_rows
from autogluon_jobs.requests.request import Request, require_rows
from autogluon_jobs.requests.small_requests import RowReader


def parse_jsonl(reader: RowReader, body: str | bytes) -> Request:
    """Parse one request by the schema, without blank lines.

    Raises:
        InputError: an empty body, an invalid line, or anything that cannot be read exactly.
    """
    lines = numbered_lines(body)
    require_rows(len(lines))
    return Request(table_of_rows(reader, _values(lines)))


def read_lines(body: str | bytes) -> list[Any]:
    """Return the values of JSON Lines, blank lines left out.

    Raises:
        InputError: an invalid line, by its number.
    """
    return _values(numbered_lines(body))


def _values(lines: list[tuple[int, str]]) -> list[Any]:
    return [json_text.parse(line, f"Line {number}") for number, line in lines]


def numbered_lines(body: str | bytes) -> list[tuple[int, str]]:
    """Return the lines that are not blank, with their numbers from 1.

    Raises:
        InputError: the body is not UTF-8.
    """
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The body is not valid UTF-8 at byte {error.start + 1}.", advice="Encode it in UTF-8."
        ) from error
    lines = enumerate(text.split("\n"), start=1)
    return [(number, line) for number, line in lines if line.strip()]
