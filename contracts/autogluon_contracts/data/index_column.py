"""Tell the index that pandas and R write into CSV files from a column.

The first column of a file without a name ("Unnamed: 0" once pandas has read such a file) is the
index where its cells count the rows from 0 or 1. The index is never a feature: training, requests
and batches leave it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

INDEX_NAMES = ("", "Unnamed: 0")
ADVICE = (
    "Name it, or write the file without its index: index=False in pandas, row.names=FALSE in R."
)
_FIRST = (0, 1)


def has_unnamed_first(names: Sequence[str]) -> bool:
    """Return whether the first column has one of an index's names."""
    return len(names) > 1 and names[0].strip() in INDEX_NAMES


def counts_rows(cells: Iterable[object], *, later_file: bool = False) -> bool:
    """Return whether the cells count 0, 1, 2, ... or 1, 2, 3, ...; a later file may go on counting.

    Example:
        >>> counts_rows(["1", "2", "3"]), counts_rows(["4", "5"]), counts_rows(["1", "3"])
        (True, False, False)
    """
    last: int | None = None
    for cell in cells:
        text = str(cell)
        if not (text.isascii() and text.isdecimal()):
            return False
        number = int(text)
        if last is None and not later_file and number not in _FIRST:
            return False
        if last is not None and number != last + 1:
            return False
        last = number
    return last is not None
