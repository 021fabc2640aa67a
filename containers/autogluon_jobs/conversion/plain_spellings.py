"""Convert columns whose cells are all spelled in the plainest way, which most columns are.

What the rules of `cell_rules` allow beyond that (spaces, signs, words for missing values) takes
several passes of regular expressions over a column, and each costs as much for a few rows as for a
thousand. Here one look at the bytes of all cells decides, and whatever is unusual, wrong things
included, is left to those passes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from autogluon_jobs.formats.arrow_buffers import array_of, one_array
from autogluon_jobs.formats.text_columns import constant_texts, empty_to_missing
from autogluon_jobs.schema.feature_schema import Feature, missing_words
from autogluon_jobs.schema.feature_table import MISSING_CODE, UNKNOWN_CODE

_ZERO, _NINE, _MINUS, _POINT = b"09-."


def plain_whole_numbers(column: Any) -> Any | None:
    """Return int64 of texts that are all digits, perhaps after a minus; None for any others."""
    column = one_array(column)
    cells = None if column.null_count else _Cells.of(column)
    if cells is None or not cells.are_digits_but(_MINUS) or cells.have_leading_zeros(alone=""):
        return None
    try:
        return array_of(pc.cast(column, pa.int64()))
    except pa.ArrowInvalid:  # empty, a minus in another place, more than 64 bits
        return None


def plain_floats(column: Any, *, nullable: bool) -> Any | None:
    """Return float64 of texts of digits, minus and point; None for any others.

    Where it is `nullable`, an empty cell is NaN.
    """
    column = one_array(column)
    cells = _Cells.of(column)
    if (
        cells is None
        or not cells.are_digits_but(_MINUS, _POINT)
        or cells.have_leading_zeros(alone=".")
    ):
        return None
    if cells.some_are_empty or column.null_count:
        if not nullable:
            return None
        column = empty_to_missing(column)
    try:
        numbers = array_of(pc.cast(column, pa.float64()))
    except pa.ArrowInvalid:
        return None
    return None if np.isinf(numbers).any() else numbers


def known_codes(feature: Feature, column: Any) -> Any | None:
    """Return int32 positions of categories; None where a missing cell may have to be refused."""
    if not feature.known.isdisjoint(missing_words(feature)):
        return None
    known = constant_texts(feature.categories or ())
    column = one_array(column)
    codes = pc.index_in(column, value_set=known)
    if not codes.null_count:
        return array_of(codes)
    if not feature.nullable:
        return None
    others = codes.is_null()
    words = constant_texts((*missing_words(feature), None))
    missing = array_of(pc.is_in(column.filter(others), value_set=words))
    found = array_of(pc.fill_null(codes, _UNKNOWN)).copy()
    found[np.flatnonzero(array_of(others))[missing]] = MISSING_CODE
    return found


_UNKNOWN = pa.Array.from_buffers(
    pa.int32(), 1, [None, pa.py_buffer(np.array([UNKNOWN_CODE], dtype=np.int32))]
)[0]


class _Cells:
    """The bytes of all cells of a column.

    Attributes:
        text: uint8 (bytes,).
        starts, sizes: where each cell begins in `text`, and how long it is.
    """

    def __init__(self, text: Any, starts: Any, sizes: Any) -> None:
        self._text = text
        self._starts = starts
        self._sizes = sizes

    @classmethod
    def of(cls, column: Any) -> _Cells | None:
        """Return the cells of an array of texts; None where it has none."""
        if not len(column):
            return None
        _, ends, text = column.buffers()
        if text is None:
            return None
        bounds = np.frombuffer(ends, np.int32, len(column) + 1, 4 * column.offset)
        first, last = int(bounds[0]), int(bounds[-1])
        return cls(
            np.frombuffer(text, np.uint8, last - first, first),
            bounds[:-1] - first,
            np.diff(bounds),
        )

    @property
    def some_are_empty(self) -> bool:
        """Return whether a cell has no text."""
        return not self._sizes.all()

    def are_digits_but(self, *others: int) -> bool:
        """Return whether every byte is a digit, or one of `others`."""
        unusual = self._text[self._text - np.uint8(_ZERO) > _NINE - _ZERO]
        return bool(np.isin(unusual, others).all()) if len(unusual) else True

    def have_leading_zeros(self, alone: str) -> bool:
        """Return whether a number begins with a superfluous 0.

        Args:
            alone: what may follow a zero that comes first.
        """
        if not len(self._text):
            return False
        signs = (self._at(0) == _MINUS).view(np.uint8)
        zeros = (self._at(signs) == _ZERO) & (self._sizes > signs + 1)
        if alone and zeros.any():
            zeros &= self._at(signs + 1) != ord(alone)
        return bool(zeros.any())

    def _at(self, positions: Any) -> Any:
        """Return the byte at a position of each cell; of cells that are shorter, any."""
        return self._text.take(self._starts + positions, mode="clip")
