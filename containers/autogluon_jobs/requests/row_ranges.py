"""Define bodies whose rows can be read range by range, and single rows cell by cell.

Problems of the whole body (invalid JSON, a wrong header) are raised when the source is made,
problems of a row when that row is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from autogluon_jobs.conversion.conversion import convert_column
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.schema.feature_table import FeatureTable

Read = Callable[[int, int, RowName], FeatureTable]
"""Reads the rows from one position up to another; raises InputError for the first bad one."""

Quick = Callable[[int, RowName], FeatureTable | InputError | None]
"""The row at a position, cell by cell: read, refused by what `read` says, or left to `read`."""

ColumnOf = Callable[[Feature, Any], Any]
"""A feature's one cell as an Arrow column."""


@dataclass(frozen=True)
class RowSource:
    """The rows of one body; `options` are the inference arguments that it carried."""

    count: int
    read: Read
    options: dict[str, Any] = field(default_factory=dict)
    quick: Quick | None = None

    def part(self, start: int, end: int) -> RowSource:
        """Return the rows from `start` up to, but without, `end`, as a source of their own."""
        read, quick = self.read, self.quick
        return RowSource(
            count=min(end, self.count) - start,
            read=lambda first, after, row_name: read(start + first, start + after, row_name),
            options=self.options,
            quick=None if quick is None else lambda at, row_name: quick(start + at, row_name),
        )


def read_quickly(
    reader: RowReader, cells: Sequence[Any], column_of: ColumnOf, row_name: RowName
) -> FeatureTable | InputError | None:
    """Read the row of these cells, or return the error that converting its columns would give."""
    table, unsure = reader.of_cells(cells)
    if table is not None:
        return table
    try:
        # All texts before all values, as whole ranges are read.
        features = reader.schema.features
        columns = [(features[at], column_of(features[at], cells[at])) for at in unsure]
        for feature, column in columns:
            convert_column(feature, column, row_name)
    except InputError as error:
        return error
    return None
