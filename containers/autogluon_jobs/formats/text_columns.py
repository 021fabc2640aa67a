"""Test and trim columns of cell texts: missing cells, spaces, and cells that follow a rule."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from autogluon_jobs.formats.arrow_buffers import array_of
from autogluon_jobs.formats.cell_rules import MISSING_MARKS, NA_WORDS

_NULL = pa.nulls(1, pa.string())[0]


def as_text(cells: Sequence[str | None]) -> Any:
    """Return Python texts (None is missing) as a column.

    Raises:
        UnicodeEncodeError: half a character, which UTF-8 cannot encode.
    """
    # `pyarrow.array` would do, but it imports pandas to see whether it was given a series.
    encoded = [b"" if cell is None else cell.encode("utf-8") for cell in cells]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    given = np.array([cell is not None for cell in cells], dtype=bool)
    present = np.packbits(given, bitorder="little")
    buffers = [pa.py_buffer(present), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pc.cast(pa.Array.from_buffers(pa.large_string(), len(encoded), buffers), pa.string())


@lru_cache(4096)  # a few for each feature of a server's one model
def constant_texts(cells: tuple[str | None, ...]) -> Any:
    """Return texts that do not change from one request to the next as a column, made once."""
    return as_text(cells)


# Arrow's functions make scalars of Python values with `pyarrow.scalar`, which imports pandas too.
_EMPTY, _LOWER_TRUE = as_text(["", "true"])
_TRUE = pc.equal(_EMPTY, _EMPTY)
_MARKS = as_text(MISSING_MARKS)
_NA = as_text(("", *NA_WORDS))


def empty_to_missing(column: Any) -> Any:
    """Return the column with its empty cells missing."""
    return pc.if_else(pc.equal(column, _EMPTY), _NULL, column)


def present_texts(column: Any, *, na_is_missing: bool) -> Any:
    """Return the column as categories and texts read it: empty cells missing, perhaps `NA` too."""
    if not na_is_missing:
        return empty_to_missing(column)
    return pc.if_else(pc.is_in(column, value_set=_NA), _NULL, column)


def value_cells(column: Any) -> Any:
    """Return the column as numbers, booleans and dates read it: trimmed, marks missing."""
    trimmed = pc.utf8_trim_whitespace(column)
    marked = pc.or_(pc.equal(trimmed, _EMPTY), pc.is_in(trimmed, value_set=_MARKS))
    return pc.if_else(marked, _NULL, trimmed)


def follows(column: Any, pattern: str) -> Any:
    """Return per cell whether it matches `pattern`; a missing cell does."""
    return pc.fill_null(pc.match_substring_regex(column, pattern), _TRUE)


def all_follow(column: Any, pattern: str) -> bool:
    """Return whether every cell that is not missing matches `pattern`."""
    return all_true(follows(column, pattern))


def all_true(mask: Any) -> bool:
    """Return whether no cell of a mask is false."""
    return bool(pc.all(mask).as_py() is not False)


def are_true(cells: Any) -> Any:
    """Return per cell whether it is "true" in any case; null where missing."""
    return pc.equal(pc.utf8_lower(cells), _LOWER_TRUE)


def first_false(mask: Any) -> int | None:
    """Return the position of the first false cell, or None."""
    truth = array_of(mask)
    return None if truth.all() else int(np.argmin(truth))


def without_plus(column: Any) -> Any:
    """Return the column without leading plus signs, which Arrow's number parser refuses."""
    if pc.any(pc.starts_with(column, "+")).as_py():
        return pc.replace_substring_regex(column, r"^\+", "")
    return column
