"""Read JSON Lines files: one object per line."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from autogluon_contracts.content_types import ARRAY_ADVICE
from autogluon_contracts.s3_location import S3Object
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.file_head import LONGEST_HEAD_BYTES, growing_heads
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

HEAD_LINES = 1_000
_ONE_PER_LINE = "Write one JSON object per line."


def read_first_records(store: ObjectStore, key: str, entry: S3Object) -> list[dict[str, Any]]:
    """Return the records of the file's head (64 kB, or up to 1 MB for long lines), at most 1,000.

    Raises InvalidDataError when a line is not an object, its keys are not those of the first, or
    there is none: the container reads rows of one shape, with null for a missing value.
    """
    where = f"{key}: {entry.location.uri}"
    records: list[dict[str, Any]] = []
    for data, complete in growing_heads(store, entry):
        if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"[":
            raise InvalidDataError(f"{where} holds a JSON array.", advice=ARRAY_ADVICE)
        lines = data.split(b"\n")
        if not complete:
            lines.pop()  # cut in the middle
        records = list(parse_lines(where, lines[:HEAD_LINES]))
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


def parse_lines(where: str, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield each non-blank line's object; raises InvalidDataError naming an invalid line."""
    for number, line in enumerate(lines, start=1):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not text.strip():
            continue
        try:
            record = json.loads(text, object_pairs_hook=_without_duplicates)
        except ValueError as error:
            raise InvalidDataError(
                f"{where}, line {number}: not a valid JSON object ({error}).",
                advice=_ONE_PER_LINE,
            ) from error
        if not isinstance(record, dict):
            raise InvalidDataError(
                f"{where}, line {number}: must be a JSON object, got a JSON "
                f"{type(record).__name__}.",
                advice=_ONE_PER_LINE,
            )
        yield record


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the key "{twice}" occurs more than once')
    return record
