"""Put what is known of columns and rows into parts of a page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from autogluon_jobs.profile.columns import ColumnProfile, repeated_rows, shared_rows
from autogluon_jobs.report.number_text import MISSING, percent
from autogluon_jobs.report.page_parts import Note, Table

_MOST_NOTES = 10
_REPEATED = 0.01
_COLUMNS = ("column", "kind", "missing", "distinct values", "typical", "remarks")


def row_remarks(train: pd.DataFrame, test: pd.DataFrame | None) -> list[str]:
    """Return sentences on rows that repeat, within the training rows or in the test rows."""
    found = []
    repeated = repeated_rows(train)
    if repeated > len(train) * _REPEATED:
        found.append(
            f"{repeated:,} training rows ({percent(repeated / len(train))}) repeat another one. "
            f"If they are copies, remove them: AutoGluon may hold out a row that it has learned."
        )
    shared = 0 if test is None else shared_rows(train, test)
    if test is not None and shared:
        found.append(
            f"{shared:,} test rows ({percent(shared / len(test))}) are training rows too, label "
            f"included, so test scores are overstated. Remove them from one of the two."
        )
    return found


def remark_notes(warnings: Sequence[str]) -> list[Note]:
    """Return the first remarks as notes, and how many more there are."""
    notes = [Note(text, warning=True) for text in warnings[:_MOST_NOTES]]
    if len(warnings) > _MOST_NOTES:
        more = f"{len(warnings) - _MOST_NOTES:,} more remarks are listed in the table of columns."
        notes.append(Note(more, warning=True))
    return notes


def columns_table(caption: str, columns: Sequence[ColumnProfile], label: str | None) -> Table:
    """Return the table of all columns."""
    rows = [
        (
            item.feature.name,
            item.feature.kind + (" (label)" if item.feature.name == label else ""),
            percent(item.missing) if item.missing else "none",
            f"{item.distinct:,}",
            item.typical,
            ", ".join(item.remarks) or MISSING,
        )
        for item in columns
    ]
    return Table(caption, _COLUMNS, rows, frozenset(("missing", "distinct values")))
