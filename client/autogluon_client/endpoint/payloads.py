"""Requests to an endpoint, cut into pieces that InvokeEndpoint carries.

A request is a list of records (CSV records, JSON lines) or of whole bodies; pieces never cut a
record. SageMaker's limit is 6 MB for a request and for its answer (4 MB serverless).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autogluon_client.data.frames import to_json_lines
from autogluon_client.errors import InvalidDataError
from autogluon_client.optional_packages import pyarrow_parquet

if TYPE_CHECKING:
    import pandas as pd

LARGEST_BYTES = 5_000_000
# An answer has its limits too: bytes, and 60 seconds to make it.
MOST_ROWS = 20_000

JSON_LINES = "application/jsonl"
_CSV = "text/csv"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CELL = rb'(?:"[^"]*(?:""[^"]*)*(?:"|\Z))?[^,\r\n]*'
# Records without a quote first: most are, and one class of bytes is found fastest.
_RECORD = re.compile(rb'(?:[^"\r\n]*|%b(?:,%b)*)(?:\r\n?|\n|\Z)' % (_CELL, _CELL))


@dataclass(frozen=True)
class Payload:
    """All records of a request, each with its line end."""

    records: Sequence[bytes]
    content_type: str

    @property
    def may_have_header(self) -> bool:
        """Whether the first record may name the columns: only the model knows its features."""
        return self.content_type == _CSV


def payload_of_frame(frame: pd.DataFrame) -> Payload:
    """The frame's rows; raises InvalidDataError for what cannot be sent."""
    return Payload(to_json_lines(frame), JSON_LINES)


def payload_of_file(path: Path) -> Payload:
    """The file's records, sent as they are: the model reads them by its schema.

    Raises:
        InvalidDataError: the file is empty, or its suffix is not one of the known formats.
    """
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        return payload_of_frame(_read_parquet(path))
    content = path.read_bytes()
    if suffix == ".csv":
        records, content_type = csv_records(content), _CSV
    elif suffix in (".jsonl", ".ndjson"):
        records, content_type = _lines(content), JSON_LINES
    else:
        raise InvalidDataError(
            f"{path} has the suffix {suffix!r}; allowed: .csv, .jsonl, .ndjson, .parquet, .pq."
        )
    if not records:
        raise InvalidDataError(f"{path} has no rows; give at least one.")
    return Payload(records, content_type)


def csv_records(content: bytes) -> list[bytes]:
    """The records of CSV text; a line end between quotes belongs to its record.

    A quote opens only at a cell's start, as for the container: the one of `5" pipe` is a letter.
    """
    found = (match[0] for match in _RECORD.finditer(content.removeprefix(_BYTE_ORDER_MARK)))
    return [_ended(record) for record in found if record.strip()]


def pieces(
    records: Sequence[bytes], *, prefix: bytes = b"", most_rows: int = MOST_ROWS
) -> Iterator[tuple[bytes, int]]:
    """Bodies of at most LARGEST_BYTES and `most_rows` records, with their numbers of records.

    Raises:
        InvalidDataError: one record alone is larger.
    """
    body, rows = bytearray(prefix), 0
    for record in records:
        if rows and (rows == most_rows or len(body) + len(record) > LARGEST_BYTES):
            yield bytes(body), rows
            body, rows = bytearray(prefix), 0
        if len(prefix) + len(record) > LARGEST_BYTES:
            raise InvalidDataError(
                f"One row has {len(record):,} bytes; an endpoint takes at most {LARGEST_BYTES:,} "
                "in a request; use predict(), a batch, for such rows."
            )
        body += record
        rows += 1
    if rows:
        yield bytes(body), rows


def _lines(content: bytes) -> list[bytes]:
    return [_ended(line) for line in io.BytesIO(content) if line.strip()]


def _ended(record: bytes) -> bytes:
    return record if record.endswith(b"\n") else record + b"\n"


def _read_parquet(path: Path) -> pd.DataFrame:
    parquet = pyarrow_parquet()
    try:
        return parquet.read_table(path).to_pandas().reset_index(drop=True)
    except (ValueError, OSError) as error:
        raise InvalidDataError(
            f"{path} is no readable Parquet file ({error}); write it with DataFrame.to_parquet()."
        ) from error
