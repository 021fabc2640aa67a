"""Cut, read and write the files of every format: one entry each, in one registry."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_jobs.bulk import chunks
from autogluon_jobs.bulk.chunks import (
    Chunk,
    parquet_chunks,
    parquet_parts,
    text_chunks,
    text_parts,
)
from autogluon_jobs.bulk.readers import (
    RowBatch,
    count_csv,
    count_jsonl,
    open_csv,
    open_jsonl,
    open_parquet,
    read_csv,
    read_jsonl,
    read_parquet,
)
from autogluon_jobs.bulk.record_ranges import Range, csv_ranges, line_ranges, lines_file
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
        parts: cuts some of so many parts of a file into chunks, for so many workers.
        rows_before: counts the rows before a part that begins at a chunk's `span`.
        read: reads a chunk, all rows or none.
        open: opens a chunk, whose rows are then read range by range.
        piece: writes the answer to a chunk.
        result: joins the pieces of a file.
    """

    prepare: Callable[[Path, Path], Path]
    cut: Callable[[Path, BulkJobConfig, int, int], Iterator[Chunk]]
    parts: Callable[[Path, BulkJobConfig, int, Collection[int], int], Iterator[tuple[int, Chunk]]]
    rows_before: Callable[[Path, BulkJobConfig, int], int]
    read: Callable[[FeatureSchema, BulkJobConfig, Chunk], Iterator[RowBatch]]
    open: Callable[[RowReader, BulkJobConfig, Chunk], Iterator[BatchRows]]
    piece: Callable[[Path], AbstractContextManager[PieceWriter]]
    result: Callable[[Path, Sequence[str]], AbstractContextManager[Assembler]]


def _as_it_is(path: Path, _scratch: Path) -> Path:
    return path


def _csv_grid(path: Path, config: BulkJobConfig) -> Iterator[Range]:
    """Return the ranges at whose starts parts may begin, the same on every instance."""
    return csv_ranges(path, chunks.LARGEST_CHUNK_BYTES, config.delimiter)


def _line_grid(path: Path) -> Iterator[Range]:
    return line_ranges(path, chunks.LARGEST_CHUNK_BYTES)


def _csv_rows_before(path: Path, config: BulkJobConfig, start: int) -> int:
    before = takewhile(lambda chunk: chunk[1] <= start, _csv_grid(path, config))
    return sum(count_csv(config, chunk) for chunk in text_chunks(path, "csv", before))


def _jsonl_rows_before(path: Path, _config: BulkJobConfig, start: int) -> int:
    before = takewhile(lambda chunk: chunk[1] <= start, _line_grid(path))
    return sum(map(count_jsonl, text_chunks(path, "jsonl", before)))


FILE_FORMATS = {
    "csv": FileFormat(
        _as_it_is,
        lambda path, config, size, _: text_chunks(
            path, "csv", csv_ranges(path, size, config.delimiter)
        ),
        lambda path, config, count, wanted, _: text_parts(
            path, "csv", _csv_grid(path, config), count, wanted
        ),
        _csv_rows_before,
        read_csv,
        open_csv,
        csv_piece,
        csv_result,
    ),
    "jsonl": FileFormat(
        lines_file,
        lambda path, _config, size, _: text_chunks(path, "jsonl", line_ranges(path, size)),
        lambda path, _config, count, wanted, _: text_parts(
            path, "jsonl", _line_grid(path), count, wanted
        ),
        _jsonl_rows_before,
        read_jsonl,
        open_jsonl,
        jsonl_piece,
        jsonl_result,
    ),
    "parquet": FileFormat(
        _as_it_is,
        lambda path, _config, _, workers: parquet_chunks(path, workers),
        lambda path, _config, count, wanted, workers: parquet_parts(path, workers, count, wanted),
        lambda _path, _config, start: start,
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


def cut_parts(
    path: Path, config: BulkJobConfig, count: int, wanted: Collection[int], workers: int
) -> Iterator[tuple[int, Chunk]]:
    """Return the chunks of some parts of a file in order, each with its part's number.

    Args:
        path: the file.
        config: names the format, and the delimiter of CSV.
        count: how many parts the file has.
        wanted: the numbers of parts to return, from 1.
        workers: among how many a large row group of Parquet is shared.

    Raises:
        InputError: the file is not what its format says.
    """
    return FILE_FORMATS[config.format].parts(path, config, count, wanted, workers)


def rows_before(path: Path, config: BulkJobConfig, start: int) -> int:
    """Return how many rows of a file come before a part whose first chunk's span is `start`.

    Raises:
        InputError: a cell longer than 16 MiB.
    """
    return FILE_FORMATS[config.format].rows_before(path, config, start)


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
