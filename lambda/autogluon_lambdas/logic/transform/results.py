"""Turn a raw answer into a result file: same rows, no blank lines, a header on top."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.answers import ROW_ERROR
from autogluon_contracts.content_types import OF_FORMAT
from autogluon_contracts.documents.batch_manifest import ResultFile
from autogluon_contracts.jobs.piece_notes import PieceNotes
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.batch.row_errors import FileErrors, file_errors
from autogluon_lambdas.logic.data.byte_stream import ByteStream
from autogluon_lambdas.logic.data.record_scanners import CsvRecordScanner, LineScanner
from autogluon_lambdas.models.errors import BatchFailedError
from autogluon_lambdas.models.events.batch import Batch, BatchFileRef
from autogluon_lambdas.ports import ObjectStore, Writer

# An id or a carried text may be longer than Python's own limit, 128 kB.
csv.field_size_limit(sys.maxsize)


@dataclass(frozen=True)
class Written:
    """A result, the rows in it that have an error in place of an answer, and unknown categories."""

    file: ResultFile
    errors: FileErrors
    unknown: UnknownCategories


def write_result(
    store: ObjectStore, batch: Batch, entry: BatchFileRef, answer: S3Location, name: str
) -> Written:
    """Copy one answer into the results folder, counting its rows and their errors.

    Raises BatchFailedError, and leaves no result, when there are none, or, of answers by row, not
    as many as the input's.
    """
    target = batch.folder.child(f"results/{name}")
    notes = PieceNotes()
    with store.writer(target, OF_FORMAT[batch.output_format]) as writer:
        counting = _Counting(writer)
        if batch.output_format == "csv":
            counting.write(_csv_line(batch.columns))
        chunks = notes.without(store.stream(answer))
        rows = _copy(batch, entry, answer, chunks, counting)
        if rows == 0 or (batch.answers_by_row and rows != entry.rows):
            counts = f"{rows:,} rows came out"
            if entry.rows is not None:
                counts = f"{entry.rows:,} rows went in and {rows:,} came out"
            raise BatchFailedError(f"{entry.location.uri}: {counts} (raw answer: {answer.uri}).")
    by_row = batch.on_error == "row"
    errors = file_errors(entry.location.uri, _errors(store, batch, answer) if by_row else iter(()))
    result = ResultFile(
        input=entry.location.uri,
        rows_in=entry.rows,
        output=target.uri,
        rows_out=rows,
        row_errors=errors.count if by_row else None,
        bytes=counting.bytes,
    )
    return Written(result, errors, notes.unknown)


def _errors(store: ObjectStore, batch: Batch, answer: S3Location) -> Iterator[str | None]:
    """Yield each row's error, which is the answer's last column."""
    stream = io.BufferedReader(ByteStream(PieceNotes().without(store.stream(answer))))
    text = io.TextIOWrapper(stream, "utf-8", newline="" if batch.output_format == "csv" else "\n")
    if batch.output_format == "csv":
        yield from (row[-1] for row in csv.reader(text) if row)
    else:
        yield from (json.loads(line)[ROW_ERROR] for line in text if line.strip())


def _copy(
    batch: Batch,
    entry: BatchFileRef,
    answer: S3Location,
    chunks: Iterable[bytes],
    writer: Writer,
) -> int:
    scanner = CsvRecordScanner() if batch.output_format == "csv" else LineScanner()
    first = True
    for chunk in chunks:
        kept = scanner.feed(chunk)
        if first and kept:
            first = False
            _check_columns(batch, entry, answer, kept)
        writer.write(kept)
    writer.write(scanner.finish())
    return scanner.records


def _check_columns(batch: Batch, entry: BatchFileRef, answer: S3Location, text: bytes) -> None:
    if batch.output_format != "csv":
        return
    fields = next(csv.reader(io.StringIO(text.decode(errors="replace"), newline="")))
    if len(fields) != len(batch.columns):
        raise BatchFailedError(
            f"{entry.location.uri}: its answer has {len(fields)} columns, expected "
            f"{len(batch.columns)}: {', '.join(batch.columns)} (raw answer: {answer.uri})."
        )


def _csv_line(fields: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(fields)
    return line.getvalue().encode()


class _Counting:
    """Counts the bytes that pass."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.bytes = 0

    def write(self, data: bytes) -> None:
        self.bytes += len(data)
        self._writer.write(data)
