"""Parse JSON Lines: one record, or one list, per line; in files also an array of records."""

from __future__ import annotations

from typing import Any

from autogluon_contracts.data.files.json_array import JsonArrayError, as_lines, is_array
from autogluon_contracts.data.files.json_faults import other_document
from autogluon_jobs.formats import json_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.arrow_records import features_by_arrow
from autogluon_jobs.requests.parse_json import table_of_rows
from autogluon_jobs.requests.request import Request, require_rows
from autogluon_jobs.requests.small_requests import RowReader

_HEAD = 1 << 16


def parse_jsonl(reader: RowReader, body: str | bytes) -> Request:
    """Parse one request by the schema, without blank lines.

    Raises:
        InputError: an empty body, an invalid line, or anything that cannot be read exactly.
    """
    # Of lines alone: a request of this type may not be an array.
    sooner = None if _is_array(body) else features_by_arrow(reader.schema, body)
    if sooner is not None:
        require_rows(len(sooner[0]))
        return Request(sooner[0])
    lines = numbered_lines(body)
    require_rows(len(lines))
    return Request(table_of_rows(reader, _values(lines, body)))


def read_records(body: str | bytes) -> list[Any]:
    """Return the values of a file: of its lines, blank ones left out, or of its array.

    Raises:
        InputError: an invalid line, by its number; an array that is not valid JSON.
    """
    if _is_array(body):
        rows: list[Any] = json_text.parse(_text(body), "The array")
        return rows
    return _values(numbered_lines(body), body)


def without_array(data: bytes) -> bytes:
    """Return the records of an array as lines, and what is not an array as it is.

    Raises:
        InputError: an element is not a record, by its row.
    """
    if not is_array(data):
        return data
    try:
        return b"".join(as_lines([data]))
    except JsonArrayError as error:
        raise InputError(f"In the file, {error}", advice=error.advice) from error


def _is_array(body: str | bytes) -> bool:
    head = body[:_HEAD]
    return is_array(head.encode("utf-8", "replace") if isinstance(head, str) else head)


def _values(lines: list[tuple[int, str]], body: str | bytes) -> list[Any]:
    try:
        return [json_text.parse(line, f"Line {number}") for number, line in lines]
    except InputError:
        require_lines(body)
        raise


def require_lines(body: str | bytes) -> None:
    """Refuse a JSON document that is not lines of rows.

    Raises:
        InputError: naming what it is.
    """
    data = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
    document = other_document(data[:_HEAD], is_whole=len(data) <= _HEAD)
    if document is not None and not _is_array(body):
        raise InputError(f"The body is {document.what}.", advice=document.advice)


def numbered_lines(body: str | bytes) -> list[tuple[int, str]]:
    """Return the lines that are not blank, with their numbers from 1.

    Raises:
        InputError: the body is not UTF-8.
    """
    lines = enumerate(_text(body).split("\n"), start=1)
    return [(number, line) for number, line in lines if line.strip()]


def _text(body: str | bytes) -> str:
    try:
        return body.decode("utf-8-sig") if isinstance(body, bytes) else body.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The body is not valid UTF-8 at byte {error.start + 1}.", advice="Encode it in UTF-8."
        ) from error
