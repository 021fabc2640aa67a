"""Read the rows of a JSON file as texts: one object per line, or an array of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any, NoReturn

from autogluon_contracts.data.files.json_array import as_lines, is_array
from autogluon_contracts.data.files.json_faults import (
    NESTED_ADVICE,
    NULL_ADVICE,
    ROWS_ADVICE,
    parse_fault,
)
from autogluon_contracts.wording import listed

_BLOCK_BYTES = 1 << 16


class JsonRowsError(ValueError):
    """The file has no rows of one shape; `advice` says what to do."""

    def __init__(self, text: str, advice: str = NESTED_ADVICE) -> None:
        super().__init__(text)
        self.advice = advice


def read_rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Yield the keys as a header, then each row's number and values; null is the empty text.

    Raises:
        JsonRowsError: a row is not a flat object, or has other keys than the first.
        JsonArrayError: an array is not valid.
    """
    names: list[str] = []
    for row, line in enumerate(_lines(file), start=1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise JsonRowsError(f"row {row} is not valid UTF-8", "Save it in UTF-8.") from error
        try:
            record = json.loads(text, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            fault = parse_fault(error)
            raise JsonRowsError(
                f"row {row} is not valid JSON: {fault.what}", fault.advice or ROWS_ADVICE
            ) from error
        except _ConstantError as error:
            raise JsonRowsError(
                f"row {row} holds {error}, which is not valid JSON", NULL_ADVICE
            ) from error
        if not isinstance(record, dict):
            raise JsonRowsError(f"row {row} must be a JSON object", ROWS_ADVICE)
        if not names:
            names = list(record)
            yield 0, names
        if record.keys() != set(names):
            differing = sorted(record.keys() ^ set(names))
            raise JsonRowsError(
                f"row {row} and row 1 differ in the keys {listed(differing)}",
                "Give every row the same keys, with null for a missing value.",
            )
        yield row, [_text(row, name, record[name]) for name in names]


class _ConstantError(Exception):
    """A text holds NaN or Infinity."""


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    head = file.read(_BLOCK_BYTES)
    file.seek(0)
    if is_array(head):
        yield from as_lines(iter(lambda: file.read(_BLOCK_BYTES), b""))
        return
    for number, line in enumerate(file):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
        if text.strip():
            yield text


def _text(row: int, name: str, value: Any) -> str:
    if isinstance(value, dict | list):
        raise JsonRowsError(f"column {name!r}, row {row} holds a nested value")
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
