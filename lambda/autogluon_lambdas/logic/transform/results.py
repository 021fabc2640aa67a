"""Turn a raw answer into a result file: same rows, no blank lines, a header on top."""

import csv
import io
from collections.abc import Sequence

from autogluon_contracts.content_types import OF_FORMAT
from autogluon_contracts.documents.batch_manifest import ResultFile
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.data.record_scanners import CsvRecordScanner, LineScanner
from autogluon_lambdas.models.errors import BatchFailedError
from autogluon_lambdas.models.events.batch import Batch, BatchFileRef
from autogluon_lambdas.ports import ObjectStore, Writer


def write_result(
    store: ObjectStore, batch: Batch, entry: BatchFileRef, answer: S3Location, name: str
) -> ResultFile:
    """Copy one answer into the results folder, counting its rows on the way.

    Raises BatchFailedError, and leaves no result, when there are none, or, of answers by row, not
    as many as the input's.
    """
    target = batch.folder.child(f"results/{name}")
    with store.writer(target, OF_FORMAT[batch.output_format]) as writer:
        counting = _Counting(writer)
        if batch.output_format == "csv":
            counting.write(_csv_line(batch.columns))
        rows = _copy(store, batch, entry, answer, counting)
        if rows == 0 or (batch.answers_by_row and rows != entry.rows):
            raise BatchFailedError(
                f"{entry.location.uri}: {entry.rows:,} rows went in and {rows:,} came out (raw "
                f"answer: {answer.uri})."
            )
    return ResultFile(
        input=entry.location.uri,
        rows_in=entry.rows,
        output=target.uri,
        rows_out=rows,
        bytes=counting.bytes,
    )


def _copy(
    store: ObjectStore, batch: Batch, entry: BatchFileRef, answer: S3Location, writer: Writer
) -> int:
    scanner = CsvRecordScanner() if batch.output_format == "csv" else LineScanner()
    first = True
    for chunk in store.stream(answer):
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
