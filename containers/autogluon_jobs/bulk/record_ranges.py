"""Find byte ranges of a text file that hold whole records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import numpy as np

from autogluon_contracts.data.files.json_array import JsonArrayError, as_lines, is_array
from autogluon_jobs.messages.errors import InputError

LONGEST_RECORD_BYTES = 100_000_000
_BLOCK_BYTES = 1 << 20

_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'

Range = tuple[int, int]
"""Start and end offset."""


def csv_ranges(path: Path, target_bytes: int, delimiter: str = ",") -> Iterator[Range]:
    """Return ranges of about `target_bytes` that end where a CSV record ends.

    Raises:
        InputError: a record longer than 100 MB, which usually is a quote that is never closed.
    """
    return _ranges(path, target_bytes, _CsvRecords(delimiter).end)


def lines_file(path: Path, scratch: Path) -> Path:
    """Return the file; of a JSON array, write its records as lines at `scratch` and return that.

    Raises:
        InputError: an element is not a record, by its row.
    """
    with path.open("rb") as file:
        if not is_array(file.read(_BLOCK_BYTES)):
            return path
        file.seek(0)
        blocks = iter(lambda: file.read(_BLOCK_BYTES), b"")
        try:
            with scratch.open("wb") as lines:
                lines.writelines(as_lines(blocks))
        except JsonArrayError as error:
            raise InputError(str(error), advice=error.advice) from error
    return scratch


def line_ranges(path: Path, target_bytes: int) -> Iterator[Range]:
    """Return ranges of about `target_bytes` that end where a line ends.

    Raises:
        InputError: a line longer than 100 MB.
    """
    return _ranges(path, target_bytes, lambda block: block.rfind(b"\n") + 1)


def _ranges(path: Path, target: int, end_of_records: Callable[[bytes], int]) -> Iterator[Range]:
    size = path.stat().st_size
    start = 0
    with path.open("rb") as file:
        while start < size:
            end = start + _whole_records(file, start, size, target, end_of_records)
            yield start, end
            start = end


def _whole_records(
    file: IO[bytes], start: int, size: int, target: int, end_of_records: Callable[[bytes], int]
) -> int:
    """Return how many bytes from `start` hold whole records: about `target` or more."""
    length = target
    while True:
        file.seek(start)
        block = file.read(length)
        if start + len(block) >= size:
            return len(block)
        if end := end_of_records(block):
            return end
        if length > LONGEST_RECORD_BYTES:
            raise InputError(
                f"The record at byte {start + 1} is longer than {LONGEST_RECORD_BYTES:,} bytes.",
                advice="Close every quote: an open one joins many records.",
            )
        length *= 4


class _CsvRecords:
    """Where records end in a block that starts at a record's start."""

    def __init__(self, delimiter: str) -> None:
        mark = re.escape(delimiter.encode())
        self._before_quotes = (*delimiter.encode(), _LINE_FEED, _RETURN)
        self._opens = re.compile(rb'(?:^|%b)"' % mark)
        self._opens_later = re.compile(rb'%b"' % mark)

    def end(self, block: bytes) -> int:
        """Return the position after the last line feed outside of quotes; 0 if there is none."""
        if b'"' not in block:
            return block.rfind(b"\n") + 1
        text = np.frombuffer(block, np.uint8)
        quotes = np.flatnonzero(text == _QUOTE)
        if not self._alternate(text, quotes):
            return self._end_by_lines(block)
        position = len(block)
        while (position := block.rfind(b"\n", 0, position)) >= 0:
            before = int(np.searchsorted(quotes, position))
            if before % 2 == 0:
                return position + 1
            position = int(quotes[before - 1])  # the line feed is inside the quotes opened here
        return 0

    def _alternate(self, text: np.ndarray, quotes: np.ndarray) -> bool:
        """Return whether every second quote, from the first, opens a field or is an escape."""
        opening = quotes[0::2]
        previous = text[np.maximum(opening - 1, 0)]
        opens = (opening == 0) | np.isin(previous, self._before_quotes)
        opens[1:] |= opening[1:] - 1 == quotes[1::2][: len(opening) - 1]
        return bool(opens.all())

    def _end_by_lines(self, block: bytes) -> int:
        """Do the same line by line, for quotes inside of unquoted fields."""
        end = at = 0
        inside = False
        while (position := block.find(b"\n", at)) >= 0:
            inside = self._ends_inside_quotes(block[at:position], inside)
            at = position + 1
            end = end if inside else at
        return end

    def _ends_inside_quotes(self, line: bytes, inside: bool) -> bool:
        at = 0
        if not inside:
            opening = self._opens.search(line)
            if opening is None:
                return False
            at = opening.end()
        while (at := line.find(b'"', at)) >= 0:
            if line[at + 1 : at + 2] == b'"':
                at += 2
                continue
            opening = self._opens_later.search(line, at + 1)
            if opening is None:
                return False
            at = opening.end()
        return True
