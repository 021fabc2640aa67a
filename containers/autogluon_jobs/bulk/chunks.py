"""Cut files into chunks that any process predicts on its own, in any order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from autogluon_jobs.messages.errors import InputError

# Measured on the income data, 8,000,000 rows, two workers: chunks of 16 MB take 110 MB more in all,
# and no less processor time. Parts of files begin where such chunks do: with another size, a
# resumed batch would not find the parts of an earlier release where they were.
LARGEST_CHUNK_BYTES = 4 << 20
_SMALLEST_CHUNK_BYTES = 1 << 20
_CHUNKS_PER_WORKER = 4
_ROWS_PER_CHUNK = 1 << 17
_SHARES_PER_WORKER = 2

# Chunks of a file are predicted at the same time, so a worker knows a row's position in its chunk
# only. It marks the position; the parent, which takes chunks in order, puts the row's number in.
_MARK = re.compile("\x00([0-9]+)\x00")


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows of one file.

    Of text, bytes from `start` to `end`; of Parquet, the rows from `start` up to, but without,
    `end` of the `row_groups` together, before which the file has `rows_before`.
    """

    path: Path
    format: str
    start: int = 0
    end: int = 0
    row_groups: tuple[int, ...] = ()
    rows_before: int = 0

    @property
    def is_first(self) -> bool:
        """Return whether it is the file's first: the one with the header."""
        return self.start == 0

    @property
    def span(self) -> tuple[int, int]:
        """Return the first and the next byte of text in the file, or row of Parquet."""
        return self.rows_before + self.start, self.rows_before + self.end


def chunk_bytes(total_bytes: int, workers: int) -> int:
    """Return the size of chunks of text: small enough that all workers have some, and bounded."""
    share = total_bytes // (workers * _CHUNKS_PER_WORKER)
    return max(_SMALLEST_CHUNK_BYTES, min(share, LARGEST_CHUNK_BYTES))


def text_chunks(path: Path, format_name: str, ranges: Iterator[tuple[int, int]]) -> Iterator[Chunk]:
    """Return the byte ranges of a text file as chunks."""
    return (Chunk(path, format_name, start, end) for start, end in ranges)


def text_parts(
    path: Path,
    format_name: str,
    grid: Iterator[tuple[int, int]],
    count: int,
    wanted: Collection[int],
) -> Iterator[tuple[int, Chunk]]:
    """Return the chunks of some parts of a text file, each with its part's number from 1.

    The file is read once, from its start: nothing else tells whether a line feed is inside of
    quotes. A part has the chunks that begin in its share of the bytes, so that every instance
    finds the same parts.

    Args:
        path: the file.
        format_name: `csv` or `jsonl`.
        grid: ranges of whole records from the file's start, of a size that is always the same.
        count: how many parts the file has.
        wanted: the numbers of parts to return.
    """
    size, last = path.stat().st_size, max(wanted)
    for start, end in grid:
        part = start * count // size + 1
        if part > last:
            return
        if part in wanted:
            yield part, Chunk(path, format_name, start, end)


def parquet_chunks(path: Path, workers: int) -> Iterator[Chunk]:
    """Return chunks of whole row groups; a large one is shared among the workers.

    Raises:
        InputError: not a valid Parquet file.
    """
    rows = _rows_of_groups(path)
    return _row_group_chunks(path, rows, range(len(rows)), workers)


def parquet_parts(
    path: Path, workers: int, count: int, wanted: Collection[int]
) -> Iterator[tuple[int, Chunk]]:
    """Return the chunks of some parts of a Parquet file, each with its part's number from 1.

    Each part has about as many row groups as the others.

    Raises:
        InputError: not a valid Parquet file.
    """
    rows = _rows_of_groups(path)
    for part in sorted(wanted):
        groups = range((part - 1) * len(rows) // count, part * len(rows) // count)
        for chunk in _row_group_chunks(path, rows, groups, workers):
            yield part, chunk


def _rows_of_groups(path: Path) -> list[int]:
    try:
        metadata: Any = pq.read_metadata(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(f"Not a valid Parquet file ({str(error)[:120]}).") from error
    return [metadata.row_group(index).num_rows for index in range(metadata.num_row_groups)]


def _row_group_chunks(
    path: Path, rows_of_groups: Sequence[int], groups: range, workers: int
) -> Iterator[Chunk]:
    before = sum(rows_of_groups[: groups.start])
    group: list[int] = []
    rows = 0
    for index in groups:
        group.append(index)
        rows += rows_of_groups[index]
        if rows >= _ROWS_PER_CHUNK or index == groups.stop - 1:
            for start, end in _shares(rows, workers):
                yield Chunk(path, "parquet", start, end, tuple(group), before)
            before += rows
            group, rows = [], 0


def _shares(rows: int, workers: int) -> Iterator[tuple[int, int]]:
    # Each share reads its row group from the start, so there are few.
    count = max(1, min(workers * _SHARES_PER_WORKER, rows // _ROWS_PER_CHUNK))
    for share in range(count):
        yield rows * share // count, rows * (share + 1) // count


def row_of_chunk(position: int) -> str:
    """Return the mark of the row at a zero-based position of its chunk."""
    return f"row \x00{position}\x00"


def names_rows(error: InputError) -> bool:
    """Return whether the error holds the mark of a row."""
    return any(_MARK.search(text) for text in (error.message, error.advice))


def named_rows(error: InputError, file_name: str, rows_before: int) -> InputError:
    """Return the error with every marked row's number in the file, and the file's name.

    Args:
        error: its text may hold marks.
        file_name: the input file.
        rows_before: how many rows of the file precede the chunk.
    """

    def name(match: re.Match[str]) -> str:
        return f"{int(match[1]) + rows_before + 1} of {file_name}"

    message, advice = (_MARK.sub(name, text) for text in (error.message, error.advice))
    if file_name not in message:
        message = f"{file_name}: {message}"
    return InputError(message, advice=advice)
