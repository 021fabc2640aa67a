"""Where a bad cell stands, in the words of a sentence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

Place = Callable[[int], str]
"""From the zero-based position of a row to `row 3` (counted from 1, the header does not count)."""


def row_of_request(position: int) -> str:
    """A row of a request: `row 3`."""
    return f"row {position + 1}"


def row_of_file(name: str) -> Place:
    """Rows of one file: `row 3 of part-2.csv`."""
    return lambda position: f"row {position + 1} of {name}"


def row_of_files(names: Sequence[str], rows: Sequence[int]) -> Place:
    """Rows of several files read one after the other: `row 3 of part-2.csv`.

    Args:
        names: the files, in reading order.
        rows: how many rows each file holds.
    """
    starts = [0]
    for count in rows:
        starts.append(starts[-1] + count)

    def place(position: int) -> str:
        index = bisect_right(starts, position) - 1
        return f"row {position - starts[index] + 1} of {names[index]}"

    return place
