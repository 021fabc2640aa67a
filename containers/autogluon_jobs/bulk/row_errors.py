"""Count the rows that got an error in place of an answer, and keep the first of them."""

from __future__ import annotations

from dataclasses import dataclass

from autogluon_contracts.documents.batch_manifest import MOST_LISTED_ERRORS
from autogluon_contracts.documents.bulk_job import BadRow


@dataclass(frozen=True)
class RowErrors:
    """How many rows have an error, and the first of them by their number from 1."""

    count: int = 0
    first: tuple[BadRow, ...] = ()

    def joined(self, later: RowErrors, rows_before: int) -> RowErrors:
        """Return these errors and those of later rows, before which there are so many rows."""
        if not later.count:
            return self
        moved = (BadRow(row=bad.row + rows_before, error=bad.error) for bad in later.first)
        first = (*self.first, *moved)[:MOST_LISTED_ERRORS]
        return RowErrors(self.count + later.count, first)
