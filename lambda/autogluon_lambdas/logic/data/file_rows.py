"""Read the rows of text files as texts, as far as a budget lasts."""

import csv
import io
import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from autogluon_contracts.data.files.csv_dialect import detect_dialect
from autogluon_contracts.data.files.gunzip import GZIP
from autogluon_contracts.data.files.text_encoding import EncodingScan
from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.logic.data.byte_stream import ByteStream, ReadBudget
from autogluon_lambdas.logic.data.file_head import unpacked
from autogluon_lambdas.logic.data.json_lines import parse_records
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore


class WrongTextError(InvalidDataError):
    """What was read of a file shows that it is not a table of one encoding."""


def csv_rows(
    store: ObjectStore, key: str, entry: S3Object, budget: ReadBudget
) -> Iterator[list[str]]:
    """Yield the header of a CSV file and each row below it; nothing of an empty one.

    Raises InvalidDataError at a row that repeats the header, and WrongTextError behind the last
    where the file is not text of one encoding.
    """
    scan = EncodingScan()
    chunks = _scanned(scan, _chunks(store, entry, budget))
    raw = io.BufferedReader(ByteStream(chunks), buffer_size=1 << 20)
    dialect = detect_dialect(raw.peek(1), complete=False)
    # A character cut off where the budget ends must not look like bad data.
    text = io.TextIOWrapper(raw, encoding=dialect.encoding, errors="replace", newline="")
    text.read(dialect.skipped)
    records = (record for record in csv.reader(text, delimiter=dialect.delimiter) if record)
    header = next(records, [])
    if header:
        yield header
    for row, record in enumerate(records, start=1):
        if record == header:
            raise InvalidDataError(
                f"{key}: {entry.location.uri}, row {row} repeats the header.",
                advice="Leave the line out.",
            )
        yield record
    if scan.fault is not None:
        raise WrongTextError(
            f"{key}: {entry.location.uri} is {scan.fault.what}.", advice=scan.fault.advice
        )


def _scanned(scan: EncodingScan, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        scan.feed(chunk)
        yield chunk


def json_rows(
    store: ObjectStore, key: str, entry: S3Object, budget: ReadBudget
) -> Iterator[dict[str, Any]]:
    """Yield the records of a JSON file; raises InvalidDataError."""
    chunks = _chunks(store, entry, budget)
    yield from parse_records(f"{key}: {entry.location.uri}", chunks, lambda: not budget.spent)


def text_of(value: Any) -> str:
    """Return a value of JSON as a cell of CSV has it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _chunks(store: ObjectStore, entry: S3Object, budget: ReadBudget) -> Iterator[bytes]:
    chunks = budget.limited(store.stream(entry.location))
    first = next(chunks, b"")
    chunks = chain([first], chunks)
    return unpacked(chunks) if first.startswith(GZIP) else chunks
