"""Cut, read and write the files of every format: one entry each, in one registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_jobs.bulk.chunks import Chunk, parquet_chunks, text_chunks
from autogluon_jobs.bulk.readers import (
    RowBatch,
    open_csv,
    open_jsonl,
    open_parquet,
    read_csv,
    read_jsonl,
    read_parquet,
)
from autogluon_jobs.bulk.record_ranges import csv_ranges, line_ranges, lines_file
from autogluon_jobs.bulk.result_files import (
    Assembler,
    PieceWriter,
    arrow_piece,
    csv_piece,
    csv_result,
    jsonl_piece,
    jsonl_result,
    parquet_result,
)
from autogluon_jobs.requests.batch_rows import BatchRows
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema


@dataclass(frozen=True)
class FileFormat:
    """One format of input and result files.

    Attributes:
        prepare: returns the file to cut: the given one, or what it wrote at the second path.
        cut: cuts a file into chunks of about so many bytes, for so many workers.
        read: reads a chunk, all rows or none.
        open: opens a chunk, whose rows are then read range by range.
        piece: writes the answer to a chunk.
        result: joins the pieces of a file.
    """

    prepare: Callable[[Path, Path], Path]
    cut: Callable[[Path, BulkJobConfig, int, int], Iterator[Chunk]]
    read: Callable[[FeatureSchema, BulkJobConfig, Chunk], Iterator[RowBatch]]
    open: Callable[[RowReader, BulkJobConfig, Chunk], Iterator[BatchRows]]
    piece: Callable[[Path], AbstractContextManager[PieceWriter]]
    result: Callable[[Path, Sequence[str]], AbstractContextManager[Assembler]]


def _as_it_is(path: Path, _scratch: Path) -> Path:
    return path


FILE_FORMATS = {
    "csv": FileFormat(
        _as_it_is,
        lambda path, config, size, _: text_chunks(
            path, "csv", csv_ranges(path, size, config.delimiter)
        ),
        read_csv,
        open_csv,
        csv_piece,
        csv_result,
    ),
    "jsonl": FileFormat(
        lines_file,
        lambda path, _config, size, _: text_chunks(path, "jsonl", line_ranges(path, size)),
        read_jsonl,
        open_jsonl,
        jsonl_piece,
        jsonl_result,
    ),
    "parquet": FileFormat(
        _as_it_is,
        lambda path, _config, _, workers: parquet_chunks(path, workers),
        read_parquet,
        open_parquet,
        arrow_piece,
        parquet_result,
    ),
}


def prepare(path: Path, config: BulkJobConfig, scratch: Path) -> Path:
    """Return the file to cut, which may be a new one at `scratch`.

    Raises:
        InputError: the file is not what its format says.
    """
    return FILE_FORMATS[config.format].prepare(path, scratch)


def cut(path: Path, config: BulkJobConfig, target_bytes: int, workers: int) -> Iterator[Chunk]:
    """Return the chunks of a file in order.

    Args:
        path: the file.
        config: names the format, and the delimiter of CSV.
        target_bytes: how large chunks of text are.
        workers: among how many a large row group of Parquet is shared.

    Raises:
        InputError: the file is not what its format says.
    """
    return FILE_FORMATS[config.format].cut(path, config, target_bytes, workers)


def read_chunk(schema: FeatureSchema, config: BulkJobConfig, chunk: Chunk) -> Iterator[RowBatch]:
    """Return the chunk's rows, at most `BATCH_ROWS` at a time.

    Raises:
        InputError: a row that cannot be read exactly; rows are marked (see `row_of_chunk`).
    """
    return FILE_FORMATS[chunk.format].read(schema, config, chunk)


def open_chunk(reader: RowReader, config: BulkJobConfig, chunk: Chunk) -> Iterator[BatchRows]:
    """Return the chunk's rows for reading one by one, at most `BATCH_ROWS` at a time.

    Raises:
        InputError: rows that cannot be told apart.
    """
    return FILE_FORMATS[chunk.format].open(reader, config, chunk)


def piece_writer(path: Path, output_format: str) -> AbstractContextManager[PieceWriter]:
    """Write a piece at `path`; without rows it stays an empty file."""
    return FILE_FORMATS[output_format].piece(path)


def assembler(
    path: Path, output_format: str, columns: Sequence[str]
) -> AbstractContextManager[Assembler]:
    """Write a result at `path`. `columns` are its names, for the header of a CSV."""
    return FILE_FORMATS[output_format].result(path, columns)
