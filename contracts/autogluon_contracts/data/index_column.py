"""Tell the index that pandas and R write into CSV files from a column.

The first column of a file without a name ("Unnamed: 0" once pandas has read such a file) is the
index where its cells count the rows from 0 or 1, or name them: all are different, as R's row names
and the row numbers of a subset are. Decimal numbers, dates and years are values of a column that
lost its name. The index is never a feature: training, requests and batches leave it out. Into
Parquet, pandas writes the index as further columns, and which these are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from autogluon_contracts.data.cell_rules import DATETIME, NUMBER
from autogluon_contracts.data.dates import WRITTEN_DATE

INDEX_NAMES = ("", "Unnamed: 0")
ADVICE = (
    "Name it, or write the file without its index: index=False in pandas, row.names=FALSE in R."
)
ADVICE_ON_LATER = "Name it. If each line ends with a separator, remove that separator."
"""What to do about another column without a name, which is not an index."""
_FIRST = (0, 1)
_YEARS = range(1500, 2101)
_is_value = re.compile(f"{NUMBER}|{DATETIME}|{WRITTEN_DATE}").match


def has_unnamed_first(names: Sequence[str]) -> bool:
    """Return whether the first column has one of an index's names."""
    return len(names) > 1 and names[0] in INDEX_NAMES


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


def names_rows(cells: Iterable[object]) -> bool:
    """Return whether the cells name the rows: all are different, and none is a value.

    Example:
        >>> names_rows(["Mazda RX4", "Fiat 128"]), names_rows(["3", "17"]), names_rows(["1.5", "2"])
        (True, True, False)
    """
    texts = ["" if cell is None else str(cell).strip() for cell in cells]
    if not texts or "" in texts or len(set(texts)) < len(texts):
        return False
    if all(text.isascii() and text.isdecimal() for text in texts):
        return not all(len(text) == 4 and int(text) in _YEARS for text in texts)
    return not any(_is_value(text) and not (text.isascii() and text.isdecimal()) for text in texts)


def stored_index(metadata: bytes | None) -> frozenset[str]:
    """Return the columns of a Parquet file that pandas stored as its index.

    None where pandas' metadata is not as pandas writes it: a column is never dropped on a guess.

    Args:
        metadata: what the file's metadata holds under `pandas`.

    Example:
        >>> stored_index(b'{"index_columns": ["id"]}'), stored_index(None)
        (frozenset({'id'}), frozenset())
    """
    try:
        described = json.loads(metadata or b"{}")
    except (ValueError, RecursionError):
        return frozenset()
    names = described.get("index_columns") if isinstance(described, dict) else None
    # A range of numbers is described, and not stored.
    listed = names if isinstance(names, list) else []
    return frozenset(name for name in listed if isinstance(name, str))
