"""A column of cell texts: missing cells, spaces, and which cells follow a rule."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from autogluon_jobs.cell_rules import MISSING_MARKS

_MARKS = pa.array(MISSING_MARKS, pa.string())
_NULL = pa.scalar(None, pa.string())


def as_text(cells: list[str | None]) -> Any:
    """Python texts (None is missing) as a column."""
    return pa.array(cells, pa.string())


def empty_to_missing(column: Any) -> Any:
    """The column with its empty cells missing."""
    return pc.if_else(pc.equal(column, ""), _NULL, column)


def value_cells(column: Any) -> Any:
    """The column as numbers, booleans and dates read it: trimmed, missing marks missing."""
    trimmed = pc.utf8_trim_whitespace(column)
    marked = pc.or_(pc.equal(trimmed, ""), pc.is_in(trimmed, value_set=_MARKS))
    return pc.if_else(marked, _NULL, trimmed)


def follows(column: Any, pattern: str) -> Any:
    """Per cell, whether it matches `pattern`; a missing cell does."""
    return pc.fill_null(pc.match_substring_regex(column, pattern), True)


def all_follow(column: Any, pattern: str) -> bool:
    """Whether every cell that is not missing matches `pattern`."""
    return bool(pc.all(follows(column, pattern)).as_py() is not False)


def first_false(mask: Any) -> int | None:
    """Position of the first false cell, or None."""
    position = pc.index(mask, False).as_py()
    return None if position < 0 else int(position)


def without_plus(column: Any) -> Any:
    """The column without leading plus signs, which Arrow's number parser refuses."""
    if pc.any(pc.starts_with(column, "+")).as_py():
        return pc.replace_substring_regex(column, r"^\+", "")
    return column
