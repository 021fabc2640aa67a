"""Write the pieces of workers and join the pieces of a file into one result."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.ipc as pa_ipc
import pyarrow.parquet as pq

from autogluon_jobs.answers.answer_formats import jsonl_text
from autogluon_jobs.answers.carried_columns import text_cells
from autogluon_jobs.bulk.answers import AnswerBatch

_COPY_BYTES = 1 << 20
_TRUTH = {True: "True", False: "False"}


class PieceWriter(Protocol):
    """A piece under construction."""

    def write(self, batch: AnswerBatch) -> None:
        """Append rows."""


class Assembler(Protocol):
    """A result under construction."""

    def append(self, piece: Path) -> None:
        """Append a piece."""


class _TextPiece:
    def __init__(self, file: Any, render: Callable[[AnswerBatch], bytes]) -> None:
        self._file, self._render = file, render

    def write(self, batch: AnswerBatch) -> None:
        self._file.write(self._render(batch))


@contextmanager
def csv_piece(path: Path) -> Iterator[PieceWriter]:
    """Write a piece of CSV."""
    with path.open("wb") as file:
        yield _TextPiece(file, csv_bytes)


@contextmanager
def jsonl_piece(path: Path) -> Iterator[PieceWriter]:
    """Write a piece of JSON Lines."""
    with path.open("wb") as file:
        yield _TextPiece(file, _jsonl_bytes)


class _ArrowPiece:
    def __init__(self, file: Any) -> None:
        self._file = file
        self.stream: Any = None

    def write(self, batch: AnswerBatch) -> None:
        table = batch.table()
        if self.stream is None:
            self.stream = pa_ipc.new_stream(self._file, table.schema)
        self.stream.write_table(table)


@contextmanager
def arrow_piece(path: Path) -> Iterator[PieceWriter]:
    """Write a piece of an Arrow stream, which becomes Parquet."""
    with path.open("wb") as file:
        piece = _ArrowPiece(file)
        yield piece
        if piece.stream is not None:
            piece.stream.close()


def csv_bytes(batch: AnswerBatch) -> bytes:
    """Return the rows as CSV without a header; a missing value is an empty cell.

    Numbers read back as the same 64-bit float. Texts are quoted where a text of their batch needs
    quotes.
    """
    table = batch.table()
    table = pa.table({name: _csv_cells(name, table.column(name)) for name in table.column_names})
    for style in ("none", "needed"):
        sink = pa.BufferOutputStream()
        options = pa_csv.WriteOptions(include_header=False, quoting_style=style)
        try:
            pa_csv.write_csv(table, sink, options)
        except pa.ArrowInvalid:
            if style == "none":
                continue  # some text holds a comma, a quote or a line break
            raise
        return bytes(sink.getvalue().to_pybytes())
    raise AssertionError("unreachable: the last style returned or raised")


def _csv_cells(name: str, column: Any) -> Any:
    """Return the column as Python's csv writes it."""
    column = text_cells(name, column)
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, _TRUTH[True], _TRUTH[False])
    if pa.types.is_float32(column.type):
        # Arrow prints only as many digits as tell floats of 32 bits apart.
        return pc.cast(column, pa.float64())
    return column


def _jsonl_bytes(batch: AnswerBatch) -> bytes:
    return jsonl_text(batch.json_columns()).encode()


class _TextResult:
    def __init__(self, file: Any) -> None:
        self._file = file

    def append(self, piece: Path) -> None:
        with piece.open("rb") as source:
            shutil.copyfileobj(source, self._file, _COPY_BYTES)


@contextmanager
def csv_result(path: Path, columns: Sequence[str]) -> Iterator[Assembler]:
    """Write a result of CSV."""
    header = io.StringIO(newline="")
    csv.writer(header, lineterminator="\n").writerow(columns)
    with path.open("wb") as file:
        file.write(header.getvalue().encode())
        yield _TextResult(file)


@contextmanager
def jsonl_result(path: Path, _columns: Sequence[str]) -> Iterator[Assembler]:
    """Write a result of JSON Lines."""
    with path.open("wb") as file:
        yield _TextResult(file)


class _ParquetResult:
    """One row group per batch; the first batch decides the types."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.writer: Any = None

    def append(self, piece: Path) -> None:
        if not piece.stat().st_size:
            return
        with pa.OSFile(str(piece)) as source, pa_ipc.open_stream(source) as stream:
            if self.writer is None:
                self.writer = pq.ParquetWriter(self._path, stream.schema)
            for batch in stream:
                self.writer.write_table(pa.Table.from_batches([batch]).cast(self.writer.schema))


@contextmanager
def parquet_result(path: Path, _columns: Sequence[str]) -> Iterator[Assembler]:
    """Write a result of Parquet."""
    result = _ParquetResult(path)
    try:
        yield result
    finally:
        if result.writer is not None:
            result.writer.close()
