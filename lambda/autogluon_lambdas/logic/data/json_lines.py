"""Read the records of JSON files: one object per line, or an array of objects."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Any, NoReturn

from autogluon_contracts.data.files.json_array import JsonArrayError, as_lines, is_array
from autogluon_contracts.data.files.json_faults import (
    NULL_ADVICE,
    ROWS_ADVICE,
    parse_fault,
)
from autogluon_contracts.s3_location import S3Object
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.file_head import LONGEST_HEAD_BYTES, growing_heads
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

HEAD_LINES = 1_000


def read_first_records(
    store: ObjectStore, key: str, entry: S3Object, *, gzip: bool = True
) -> list[dict[str, Any]]:
    """Return the records of the file's head (64 kB, or up to 1 MB for long lines), at most 1,000.

    Raises InvalidDataError when a line is not an object, its keys are not those of the first, or
    there is none: the container reads rows of one shape, with null for a missing value.
    """
    where = f"{key}: {entry.location.uri}"
    records: list[dict[str, Any]] = []
    for data, complete in growing_heads(store, where, entry, "jsonl", gzip=gzip):
        found = parse_records(where, iter([data]), partial(bool, complete))
        records = list(islice(found, HEAD_LINES))
        if records:
            break
    if not records:
        raise InvalidDataError(f"{where} has no rows in its first {LONGEST_HEAD_BYTES:,} bytes.")
    for number, record in enumerate(records, start=1):
        if record.keys() != records[0].keys():
            differing = sorted(record.keys() ^ records[0].keys())
            raise InvalidDataError(
                f"{where}: row {number} and row 1 differ in the keys {listed(differing)}.",
                advice="Give every row the same keys, with null for a missing value.",
            )
    return records


def parse_records(
    where: str, chunks: Iterator[bytes], is_complete: Callable[[], bool]
) -> Iterator[dict[str, Any]]:
    """Yield each record of a file.

    Args:
        where: names the file in sentences.
        chunks: its bytes.
        is_complete: asked at their end: false where they may end within a record.

    Raises:
        InvalidDataError: an invalid line, or an invalid row of an array.
    """
    first = next(chunks, b"")
    chunks = chain([first], chunks)
    if is_array(first):
        return _parsed(where, array_lines(where, chunks, is_complete), "row")
    return _parsed(where, _lines(chunks, is_complete), "line")


def array_lines(
    where: str, chunks: Iterable[bytes], is_complete: Callable[[], bool] = lambda: True
) -> Iterator[bytes]:
    """Yield the records of an array, a line each; raises InvalidDataError."""
    try:
        yield from as_lines(chunks, is_complete)
    except JsonArrayError as error:
        raise InvalidDataError(f"{where}: {error}", advice=error.advice) from error


def _lines(chunks: Iterator[bytes], is_complete: Callable[[], bool]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if is_complete():
        yield rest


def _parsed(where: str, lines: Iterable[bytes], noun: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not text.strip():
            continue
        try:
            decoded = text.decode("utf-8")
            record = json.loads(
                decoded, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant
            )
        except json.JSONDecodeError as error:
            fault = parse_fault(error)
            raise InvalidDataError(
                f"{where}, {noun} {number}: not a valid JSON object ({fault.what}).",
                advice=fault.advice or ROWS_ADVICE,
            ) from error
        except _ConstantError as error:
            raise InvalidDataError(
                f"{where}, {noun} {number} holds {error}, which is not valid JSON.",
                advice=NULL_ADVICE,
            ) from error
        except UnicodeDecodeError as error:
            raise InvalidDataError(
                f"{where}, {noun} {number}: not valid UTF-8.", advice="Save it in UTF-8."
            ) from error
        except ValueError as error:
            raise InvalidDataError(
                f"{where}, {noun} {number}: not a valid JSON object ({error}).",
                advice=ROWS_ADVICE,
            ) from error
        if not isinstance(record, dict):
            raise InvalidDataError(
                f"{where}, {noun} {number}: must be a JSON object, got a JSON "
                f"{type(record).__name__}.",
                advice=ROWS_ADVICE,
            )
        yield record


class _ConstantError(Exception):
    """A text holds NaN or Infinity."""


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the key "{twice}" occurs more than once')
    return record
