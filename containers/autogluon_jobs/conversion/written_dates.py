"""Bring dates of a column's order to ISO 8601, and find the order of a training column."""

from __future__ import annotations

import re
from typing import Any

import pyarrow.compute as pc

from autogluon_contracts.data.dates import WRITTEN_DATE, DateOrder, iso_date, possible_orders
from autogluon_jobs.formats import text_columns
from autogluon_jobs.formats.cell_rules import DATETIME

_is_iso = re.compile(DATETIME).fullmatch
_EITHER = f"{DATETIME}|{WRITTEN_DATE}"


def iso_cells(cells: Any, order: DateOrder) -> Any:
    """Return the texts with the dates of this order in ISO 8601; what is not one stays."""
    different = pc.unique(cells.drop_null())
    if pc.all(text_columns.follows(different, DATETIME)).as_py() is not False:
        return cells
    texts = [
        text if _is_iso(text) else iso_date(text, order) or text for text in different.to_pylist()
    ]
    return pc.take(text_columns.as_text(texts), pc.index_in(cells, value_set=different))


def orders_of(cells: Any) -> tuple[DateOrder, ...] | None:
    """Return the orders in which every text is a date; None where all are in ISO 8601 already."""
    if not text_columns.all_follow(cells, _EITHER):
        return ()
    other = [text for text in pc.unique(cells.drop_null()).to_pylist() if not _is_iso(text)]
    return possible_orders(other) if other else None
