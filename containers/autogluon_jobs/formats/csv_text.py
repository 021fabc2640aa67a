"""Parse CSV into texts: every cell stays as it was written."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

from autogluon_jobs.formats.arrow_buffers import is_utf8
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.messages.wording import shown

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LARGEST_RECORD = 1 << 24  # bytes
# Of text that several threads parse: as large as a block can be where a request has a few.
_SHARED_BLOCK = 1 << 20


# Python's own limit, 128 kB, would turn one long text into an error without a sentence.
csv.field_size_limit(LARGEST_RECORD)


@dataclass(frozen=True)
class RaggedRow:
    """A row with too many or too few cells; `position` counts rows after the skipped ones."""

    position: int
    cells: int
    text: str


def as_bytes(body: str | bytes) -> bytes:
    """Return the body in UTF-8, without byte order mark and leading blank lines."""
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return data.removeprefix(_BYTE_ORDER_MARK).lstrip(b"\r\n")


def as_utf8(body: str | bytes) -> str | bytes:
    """Return UTF-16 text, which its byte order mark shows, in UTF-8; all else unchanged.

    Raises:
        InputError: it is not valid UTF-16.
    """
    if not isinstance(body, bytes) or not body.startswith(_UTF_16_MARKS):
        return body
    try:
        return body.decode("utf-16").encode()
    except UnicodeError as error:
        raise InputError("The CSV is not valid UTF-16.", advice="Encode it in UTF-8.") from error


def first_record(data: bytes, delimiter: str = ",") -> list[str]:
    """Return the cells of the first line (it may span lines inside quotes), or none."""
    return next(records(_decoded(data[: LARGEST_RECORD + 1]), delimiter), [])


def records(lines: Iterable[str], delimiter: str = ",") -> Iterator[list[str]]:
    """Yield the cells of each record; none for a blank line.

    Raises:
        InputError: a cell longer than 16 MiB.
    """
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error as error:
        raise _too_long() from error


def read_columns(
    data: bytes,
    width: int,
    *,
    skip_first: bool,
    row_hint: str,
    row_name: RowName,
    threads: int = 1,
    delimiter: str = ",",
) -> Any:
    """Read all rows after the first line, or with it, into a table of texts `c0`, `c1`, ...

    Blank lines do not count.

    Args:
        data: as `as_bytes` leaves it, not empty.
        width: how many cells each row must have.
        skip_first: the first line is a header.
        row_hint: what determines the right number of cells, for the sentence.
        row_name: names a row.
        threads: more than one lets Arrow take the cores that it finds.
        delimiter: between the cells of a row.

    Raises:
        InputError: a row of another width or that is not UTF-8, a quote that is never closed, or
            more than 16 MiB in one row.
    """
    require_closed_quotes(data, delimiter)
    _require_utf8(data, int(skip_first), row_name)
    if data.startswith(_BYTE_ORDER_MARK):
        # Arrow drops the mark that comes first, be it a file's or, as here, a part of a cell.
        data = _BYTE_ORDER_MARK + data
    ragged: list[RaggedRow] = []
    names = [f"c{index}" for index in range(width)]

    def remember(row: Any) -> str:
        if not ragged:
            # Several threads do not know a row's number.
            number = 0 if row.number is None else row.number - 1 - skip_first
            ragged.append(RaggedRow(number, row.actual_columns, row.text))
        return "skip"

    options: dict[str, Any] = {
        "read_options": pa_csv.ReadOptions(
            use_threads=threads > 1,
            column_names=names,
            skip_rows_after_names=int(skip_first),
            block_size=_block_size(data, _SHARED_BLOCK if threads > 1 else LARGEST_RECORD),
        ),
        "parse_options": pa_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=remember
        ),
        "convert_options": pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    }

    def with_one_thread() -> Any:
        return read_columns(
            data,
            width,
            skip_first=skip_first,
            row_hint=row_hint,
            row_name=row_name,
            delimiter=delimiter,
        )

    try:
        table = pa_csv.read_csv(pa.BufferReader(data), **options)
    except pa.ArrowInvalid as error:
        if "straddling" in str(error):
            if threads > 1:  # a row is longer than a block, but perhaps not too long
                return with_one_thread()
            raise _too_long() from error
        raise InputError(f"The CSV cannot be read ({error}).", advice="Send UTF-8 text.") from error
    if ragged and threads > 1:
        return with_one_thread()
    if ragged:
        _refuse(ragged[0], width, row_hint, row_name)
    return table


def _block_size(data: bytes, most: int) -> int:
    """Return a size whose blocks do not part a carriage return and line feed.

    Arrow leaves out such a line feed, also where both are in a cell.
    """
    size = most
    while any(data[end - 1 : end + 1] == b"\r\n" for end in range(size, len(data), size)):
        size -= 1
    return size


def _require_utf8(data: bytes, lines_skipped: int, row_name: RowName) -> None:
    if is_utf8(data):  # else Arrow prints a traceback for each row of another width
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # With one more character, the row of the broken one has begun.
        begun = sum(map(bool, records(_decoded(data[: error.start] + b"x"))))
        where = row_name(max(begun - 1 - lines_skipped, 0))
        raise InputError(
            f"{where[0].upper()}{where[1:]} holds bytes that are not valid UTF-8.",
            advice="Encode the CSV in UTF-8.",
        ) from error


def _refuse(row: RaggedRow, width: int, row_hint: str, row_name: RowName) -> None:
    where = row_name(max(row.position, 0))
    raise InputError(
        f"{where[0].upper()}{where[1:]} has {row.cells} cells instead of {width} ({row_hint}): "
        f"{shown(row.text)}.",
        advice="Quote values that contain commas, and end no row with a comma.",
    )


def require_closed_quotes(data: bytes, delimiter: str = ",") -> None:
    """Refuse a CSV whose last quote is never closed, so that its rows run into each other.

    Raises:
        InputError: there is such a quote, or a cell longer than 16 MiB.
    """
    # An even number of quotes can leave none open; an odd one needs a closer look.
    if data.count(b'"') % 2 == 0:
        return
    try:
        for _ in csv.reader(_decoded(data), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise InputError(
                "The CSV has a quote that is never closed, so rows run into each other.",
                advice='Double every quote inside a quoted value ("").',
            ) from error
        if "field limit" in str(error):
            raise _too_long() from error


def count_rows(data: bytes, delimiter: str = ",") -> int:
    """Return how many records there are, a header among them; blank lines do not count.

    Raises:
        InputError: a cell longer than 16 MiB.
    """
    if not data.startswith(b"\n") and not any(mark in data for mark in (b'"', b"\r", b"\n\n")):
        # Plain lines need no reader of CSV, which is ten times slower.
        return data.count(b"\n") + (not data.endswith(b"\n") and data != b"")
    return sum(map(bool, records(_decoded(data), delimiter)))


def has_rows(data: bytes, *, after_first: bool) -> bool:
    """Return whether there is a row, beyond the first line where that is a header."""
    filled = (record for record in records(_decoded(data)) if record)
    if after_first:
        next(filled, None)
    return next(filled, None) is not None


def _decoded(data: bytes) -> io.TextIOWrapper:
    # Decoded as far as it is read: mostly a line or two of many megabytes.
    # Bytes that are not UTF-8 are refused by the reader of columns, which names their row.
    return io.TextIOWrapper(io.BytesIO(data), "utf-8", "replace", newline="")


def _too_long() -> InputError:
    return InputError(
        "The CSV has a row or a cell of more than 16 MiB.",
        advice="Shorten it, or close the quote that makes one cell of many rows.",
    )
