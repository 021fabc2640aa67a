"""Name rows in sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

_NUMBER = re.compile(r"row (\d+)\b")

RowName = Callable[[int], str]
"""From the zero-based position of a row to `row 3` (counted from 1, the header does not count)."""


def row_of_request(position: int) -> str:
    """Name a row of a request: `row 3`."""
    return f"row {position + 1}"


def row_number(row_name: str) -> int | None:
    """Return the number in a row's name; None for another name."""
    found = _NUMBER.match(row_name)
    return int(found[1]) if found else None


def row_of_file(name: str) -> RowName:
    """Return what names rows of one file: `row 3 of part-2.csv`."""
    return lambda position: f"row {position + 1} of {name}"


def row_of_files(names: Sequence[str], rows: Sequence[int]) -> RowName:
    """Return what names rows of several files read one after the other: `row 3 of part-2.csv`.

    Args:
        names: the files, in reading order.
        rows: how many rows each file holds.
    """
    starts = [0]
    for count in rows:
        starts.append(starts[-1] + count)

    def row_name(position: int) -> str:
        index = bisect_right(starts, position) - 1
        return f"row {position - starts[index] + 1} of {names[index]}"

    return row_name
