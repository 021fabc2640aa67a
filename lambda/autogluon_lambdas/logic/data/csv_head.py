"""Read the first record of a CSV file."""

import codecs
import csv
import io
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import islice

from autogluon_contracts.data.files.csv_dialect import (
    USUAL,
    CsvDialect,
    delimiter_for,
    detect_dialect,
    separator_line,
    title_line,
)
from autogluon_contracts.data.files.text_encoding import scanned
from autogluon_contracts.data.index_column import ADVICE_ON_LATER
from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.logic.data.file_head import LONGEST_HEAD_BYTES, growing_heads
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

# The module's default refuses fields over 128 KiB, which text features reach.
csv.field_size_limit(sys.maxsize)


_MOST_ROWS = 1_000


@dataclass(frozen=True)
class CsvHead:
    """The first record's fields, and those of complete rows below it, 1,000 at most.

    `title` is the first line where it looks like one above the header.
    """

    fields: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    dialect: CsvDialect = USUAL
    title: str | None = None

    @property
    def more(self) -> bool:
        """Whether another record follows the first."""
        return bool(self.rows)


DialectOf = Callable[[bytes, bool], CsvDialect]
"""From a file's first bytes, and whether they are the whole file, to how it is written."""


def any_dialect(head: bytes, complete: bool) -> CsvDialect:
    """Return the dialect that the bytes show."""
    return detect_dialect(head, complete=complete)


def dialect_for(features: Collection[str]) -> DialectOf:
    """Return what finds the delimiter of UTF-8 text for a model with these features."""

    def dialect_of(head: bytes, _complete: bool) -> CsvDialect:
        text = head.decode("utf-8-sig", "replace")

        def cells_by(delimiter: str) -> list[str]:
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            return next((record for record in lines if record), [])

        return CsvDialect(delimiter=delimiter_for(features, cells_by))

    return dialect_of


def read_csv_head(
    store: ObjectStore, key: str, entry: S3Object, dialect_of: DialectOf, *, gzip: bool = True
) -> CsvHead:
    """Read the first records of a CSV file (a byte order mark is fine), perhaps a gzipped one.

    Raises InvalidDataError when the file holds nothing, or is not text of its dialect.
    """
    where = f"{key}: {entry.location.uri}"
    for data, complete in growing_heads(store, where, entry, "csv", gzip=gzip):
        dialect = dialect_of(data, complete)
        if dialect.encoding == USUAL.encoding and not dialect.skipped:
            text = _decode(where, data, complete)
            _refuse_separator_line(where, text)
        else:
            fault = scanned([data if complete else data.rpartition(b"\n")[0]]).fault
            if fault is not None:
                raise InvalidDataError(f"{where} is {fault.what}.", advice=fault.advice)
            text = _text(where, dialect.text_of(data))
        if dialect_of is not any_dialect:
            _refuse_carriage_returns(where, text)
        records = _first_records(where, text, dialect.delimiter)
        # Without a second record the first may be cut off, unless this is the whole file.
        if (complete and records) or len(records) > 1:
            whole = records if complete or len(records) == 2 else records[:-1]
            title = title_line(text, dialect.delimiter)
            return CsvHead(tuple(whole[0]), tuple(map(tuple, whole[1:])), dialect, title)
    if entry.size <= LONGEST_HEAD_BYTES or not records:
        raise InvalidDataError(f"{where} has neither a header nor rows, only blank lines.")
    raise InvalidDataError(
        f"{where} has a first line longer than {LONGEST_HEAD_BYTES:,} bytes.",
        advice="Check that it is CSV.",
    )


def _refuse_separator_line(where: str, text: str) -> None:
    """Refuse the line in data for a model; of training data, it is a part of the dialect."""
    if separator_line(text) is not None:
        raise InvalidDataError(f'{where} begins with a "sep=" line.', advice="Leave that line out.")


def _refuse_carriage_returns(where: str, text: str) -> None:
    """Refuse lines that a batch does not cut; training reads its files whole."""
    if "\r" in text and "\n" not in text:
        raise InvalidDataError(
            f"{where} ends its lines with carriage returns alone.",
            advice="Save it with LF or CRLF.",
        )


def _first_records(where: str, text: str, delimiter: str) -> list[list[str]]:
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        records = (record for record in lines if record)
        return list(islice(records, _MOST_ROWS + 1))
    except csv.Error as error:
        raise InvalidDataError(f"{where} is not valid CSV: {error}.") from error


def check_header(where: str, columns: tuple[str, ...]) -> None:
    """Raise InvalidDataError for another separator, unnamed or duplicate columns.

    The first may be an index without a name.
    """
    check_separator(where, columns)
    for position, column in enumerate(columns, start=1):
        is_index = not column and position == 1 and len(columns) > 1
        if not column.strip() and not is_index:
            raise InvalidDataError(
                f"{where} has no name for column {position}.", advice=ADVICE_ON_LATER
            )
    check_duplicates(where, columns)


def check_csv_header(where: str, fields: tuple[str, ...]) -> None:
    """Check as `check_header` does, and reject a first line of values."""
    numbers = [field for field in fields if _is_number(field)]
    distinct = len(set(numbers)) == len(numbers)
    # Tables may well have whole numbers as names, each one once.
    if not distinct or ("" in fields[1:] and not all(field.isdecimal() for field in numbers)):
        refuse_values(where, fields, "Add one.")
    check_header(where, fields)


def refuse_values(where: str, fields: tuple[str, ...], advice: str) -> None:
    """Raise InvalidDataError when several fields of what should be a header are numbers."""
    numbers = [field for field in fields if _is_number(field)]
    if len(numbers) > 1:
        raise InvalidDataError(
            f"{where} has no header: its first line holds values "
            f"({', '.join(dict.fromkeys(numbers[:3]))}).",
            advice=advice,
        )


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def check_separator(where: str, fields: tuple[str, ...]) -> None:
    """Raise InvalidDataError when the only field of a line holds another separator."""
    if len(fields) != 1:
        return
    for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "pipes")):
        if separator in fields[0]:
            raise InvalidDataError(
                f"{where} is separated by {name} instead of commas.", advice="Save it with commas."
            )


def check_duplicates(where: str, columns: tuple[str, ...]) -> None:
    """Raise InvalidDataError when a column name occurs twice."""
    seen: set[str] = set()
    for column in columns:
        if column in seen:
            raise InvalidDataError(
                f'{where} has the column "{column}" more than once.', advice="Rename all but one."
            )
        seen.add(column)


def _decode(where: str, data: bytes, complete: bool) -> str:
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=complete)
    except UnicodeDecodeError as error:
        raise InvalidDataError(
            f"{where} is not UTF-8 text (byte {error.start}: 0x{data[error.start]:02x}).",
            advice="Save it as UTF-8.",
        ) from error
    return _text(where, text)


def _text(where: str, text: str) -> str:
    if "\x00" in text:
        raise InvalidDataError(f"{where} is not text: it contains zero bytes.")
    return text
