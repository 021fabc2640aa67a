"""Cut data into requests that an endpoint accepts, between records (CSV records, JSON lines).

SageMaker's limit is 6 MB for a request and for its answer (4 MB serverless).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from autogluon_client.data.frames import to_json_lines
from autogluon_client.data.stored_files import read_stored
from autogluon_client.errors import InvalidDataError
from autogluon_client.optional_packages import pyarrow_parquet
from autogluon_contracts.content_types import CSV, JSONL
from autogluon_contracts.data.files.csv_dialect import USUAL, Delimiter, detect_dialect
from autogluon_contracts.data.files.json_array import JsonArrayError, as_lines, is_array

if TYPE_CHECKING:
    import pandas as pd

LARGEST_BYTES = 5_000_000
# An answer is limited too: in bytes, and to 60 seconds.
MOST_ROWS = 20_000

_HEAD_BYTES = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@cache
def _record_of(delimiter: Delimiter) -> re.Pattern[bytes]:
    mark = re.escape(delimiter.encode())
    cell = rb'(?:"[^"]*(?:""[^"]*)*(?:"|\Z))?[^%b\r\n]*' % mark
    # Records without a quote come first: most are, and one class of bytes matches fastest.
    return re.compile(rb'(?:[^"\r\n]*|%b(?:%b%b)*)(?:\r\n?|\n|\Z)' % (cell, mark, cell))


@dataclass(frozen=True)
class Payload:
    """All records of the data, each with its line end.

    Attributes:
        records: CSV records or JSON lines.
        content_type: their media type.
        has_header: whether the first record is known to name the columns.
    """

    records: Sequence[bytes]
    content_type: str
    has_header: bool = False

    @property
    def may_have_header(self) -> bool:
        """Tell whether the first record may name the columns: only the model knows its features."""
        return self.content_type == CSV


def payload_of_frame(frame: pd.DataFrame) -> Payload:
    """Return the frame's rows; raises InvalidDataError."""
    return Payload(to_json_lines(frame), JSONL)


def payload_of_file(path: Path) -> Payload:
    """Return the file's records, CSV in UTF-8: the model reads them by its schema.

    The file may be gzipped, as in training.

    Raises:
        InvalidDataError: the file is empty, is not what its name says, or of a kind that is not
            read.
    """
    stored = read_stored(path)
    if stored.format == "parquet":
        return payload_of_frame(_read_parquet(path))
    content = stored.content
    if stored.format == "csv":
        dialect = detect_dialect(content)
        if dialect.encoding != USUAL.encoding or dialect.skipped:
            content = dialect.text_of(content).encode()
        records, content_type = csv_records(content, dialect.delimiter), CSV
    else:
        records, content_type = _lines(path, content), JSONL
    if not records:
        raise InvalidDataError(f"{path} has no rows.", advice="Send at least one.")
    return Payload(records, content_type)


def csv_records(content: bytes, delimiter: Delimiter = ",") -> list[bytes]:
    """Return the records of CSV text; a line end between quotes belongs to its record.

    As in the container, a quote opens only at a cell's start: the one in `5" pipe` is a letter.
    """
    found = (
        match[0] for match in _record_of(delimiter).finditer(content.removeprefix(_BYTE_ORDER_MARK))
    )
    return [_ended(record) for record in found if record.strip()]


def pieces(
    records: Sequence[bytes],
    *,
    prefix: bytes = b"",
    most_rows: int = MOST_ROWS,
    largest_bytes: int = LARGEST_BYTES,
) -> Iterator[tuple[bytes, int]]:
    """Yield bodies of at most `largest_bytes` and `most_rows` records, with their record counts.

    Raises:
        InvalidDataError: a single record is larger.
    """
    body, rows = bytearray(prefix), 0
    for record in records:
        if rows and (rows == most_rows or len(body) + len(record) > largest_bytes):
            yield bytes(body), rows
            body, rows = bytearray(prefix), 0
        if len(prefix) + len(record) > largest_bytes:
            raise InvalidDataError(
                f"One row has {len(record):,} bytes, and an endpoint takes at most "
                f"{largest_bytes:,} in a request.",
                advice="Predict such rows in a batch, with predict().",
            )
        body += record
        rows += 1
    if rows:
        yield bytes(body), rows


def _lines(path: Path, content: bytes) -> list[bytes]:
    if not is_array(content[:_HEAD_BYTES]):
        return [_ended(line) for line in io.BytesIO(content) if line.strip()]
    try:
        return list(as_lines([content]))
    except JsonArrayError as error:
        raise InvalidDataError(f"{path}: {error}", advice=error.advice) from error


def _ended(record: bytes) -> bytes:
    return record if record.endswith(b"\n") else record + b"\n"


def _read_parquet(path: Path) -> pd.DataFrame:
    parquet = pyarrow_parquet()
    try:
        return parquet.read_table(path).to_pandas().reset_index(drop=True)
    except (ValueError, OSError) as error:
        raise InvalidDataError(
            f"{path} is not a valid Parquet file ({error}).",
            advice="Write it with DataFrame.to_parquet().",
        ) from error
