"""Hold the first rows of data as texts, whatever format they were read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autogluon_contracts.data.column_names import only_in
from autogluon_contracts.data.files.csv_dialect import USUAL, CsvDialect

MOST_ROWS = 100_000


class FirstRowsError(ValueError):
    """The rows cannot be read; the text completes `<file> ...`, and `advice` says what to do."""

    def __init__(self, text: str, advice: str = "") -> None:
        super().__init__(text)
        self.advice = advice


@dataclass(frozen=True)
class FirstRows:
    """The first rows of a file, or of a folder of files.

    Attributes:
        names: the columns' names.
        cells: the columns' values, as CSV has them; the empty text is a missing one.
        parts: how many of the rows each file has.
        is_whole: whether these are all rows.
        csv_bytes: the size of all rows as CSV; an estimate where they are stored otherwise.
        texts: names of the columns whose type in the file is text.
        categories: names of those of them whose type is categories, as pandas' categoricals have.
        stored_index: names of columns that pandas stored as its index, and that are left out.
        dialect: how a CSV file is written.
    """

    names: list[str]
    cells: list[list[str]]
    parts: tuple[int, ...]
    is_whole: bool
    csv_bytes: int
    texts: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    stored_index: tuple[str, ...] = ()
    dialect: CsvDialect = USUAL

    @property
    def rows(self) -> int:
        """Return how many rows were read."""
        return sum(self.parts)

    @property
    def first_cells(self) -> list[list[str]]:
        """Return the first column's values, file by file."""
        found, start = [], 0
        for rows in self.parts:
            found.append(self.cells[0][start : start + rows])
            start += rows
        return found


def _named(columns: Sequence[str]) -> str:
    return ", ".join(name or "one without a name" for name in columns) or "none"


def joined(first: FirstRows, later: FirstRows, first_name: str) -> FirstRows:
    """Return the rows of two files of one folder, with the columns in the first one's order.

    Raises:
        FirstRowsError: the later file has other columns.
    """
    missing, added = only_in(first.names, later.names), only_in(later.names, first.names)
    if missing or added:
        raise FirstRowsError(
            f"has different columns than {first_name}: missing {_named(missing)}; "
            f"added {_named(added)}",
            "Give all files of a folder the same columns.",
        )
    for name in first.texts ^ later.texts:
        if any(first.cells[first.names.index(name)]) and any(later.cells[later.names.index(name)]):
            other = first_name if name in first.texts else "this file"
            raise FirstRowsError(
                f"has another type in column {name!r} than {first_name}: texts in {other} alone",
                "Give the column one type.",
            )
    order: Sequence[int] = [later.names.index(name) for name in first.names]
    room = MOST_ROWS - first.rows
    taken = min(room, later.rows)
    return replace(
        first,
        cells=[
            cells + later.cells[at][:room] for cells, at in zip(first.cells, order, strict=True)
        ],
        parts=(*first.parts, taken),
        is_whole=first.is_whole and later.is_whole and taken == later.rows,
        csv_bytes=first.csv_bytes + later.csv_bytes,
        texts=first.texts & later.texts,
        categories=first.categories & later.categories,
    )
