"""Count the rows of data files, reading every byte once in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from autogluon_lambdas.logic.data.record_scanners import CsvRecordScanner, LineScanner
from autogluon_lambdas.models.errors import InvalidDataError

# The largest request of a transform job; also what keeps the count's memory bounded.
LONGEST_LINE_BYTES = 100_000_000


@dataclass(frozen=True)
class RowCount:
    """Records (a header is one too) and whether any of them spans lines."""

    records: int
    spans_lines: bool


def count_csv_records(where: str, chunks: Iterator[bytes], delimiter: str = ",") -> RowCount:
    """Count CSV records; raises InvalidDataError when a quoted field or a line never ends."""
    scanner = CsvRecordScanner(delimiter)
    _scan(where, chunks, scanner)
    if scanner.inside_quotes:
        raise InvalidDataError(f"{where} ends inside a quoted field: a closing quote is missing.")
    return RowCount(scanner.records, scanner.spans_lines)


def count_lines(where: str, chunks: Iterator[bytes]) -> RowCount:
    """Count the lines that are not blank (JSON Lines); raises InvalidDataError as for CSV."""
    scanner = LineScanner()
    _scan(where, chunks, scanner)
    return RowCount(scanner.records, spans_lines=False)


def _scan(where: str, chunks: Iterator[bytes], scanner: CsvRecordScanner | LineScanner) -> None:
    for chunk in chunks:
        scanner.feed(chunk)
        if scanner.pending_bytes > LONGEST_LINE_BYTES:
            raise InvalidDataError(f"{where} has a line longer than {LONGEST_LINE_BYTES:,} bytes.")
    scanner.finish()
