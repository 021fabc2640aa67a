"""Columns of plain cells are read as the rules read them, only sooner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autogluon_jobs.conversion import from_text
from autogluon_jobs.conversion.conversion import convert_column
from autogluon_jobs.conversion.plain_spellings import plain_floats, plain_whole_numbers
from autogluon_jobs.formats.text_columns import as_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.schema.feature_schema import Feature

ODD = (
    "", "0", "-0", "00", "01", "-01", "0.5", "-0.5", "-00.5", "0-", "-0-", ".5", "5.", "-.5", ".",
    "-", "1-2", "+1", " 1", "1e3", "1e400", "0x1f", "NA", "nan", "inf", "\u0661", "1\x00",
    "9" * 19, "9" * 400, None,
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-(2**64), 2**64).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-1000, 1000, places=3, allow_nan=False).map(str),
)
CELLS = st.lists(st.one_of(NUMBERS, st.sampled_from(ODD)), min_size=1, max_size=4)
WORDS = st.lists(st.sampled_from(("a", "b", "other", "", "NA", " a", None)), min_size=1, max_size=4)


def feature(kind: Any, *, nullable: bool, **more: Any) -> Feature:
    return Feature("x", kind, kind, nullable=nullable, **more)


def outcome(item: Feature, column: Any) -> Any:
    try:
        return convert_column(item, column, row_of_request)
    except InputError as error:
        return str(error)


def require_same(item: Feature, column: Any) -> None:
    sooner = outcome(item, column)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(from_text, "plain_whole_numbers", lambda _: None)
        patch.setattr(from_text, "plain_floats", lambda _, nullable: None)
        patch.setattr(from_text, "known_codes", lambda *_: None)
        by_the_rules = outcome(item, column)
    if isinstance(by_the_rules, str):
        assert sooner == by_the_rules
        return
    np.testing.assert_array_equal(sooner, by_the_rules)
    assert sooner.dtype == by_the_rules.dtype


@given(CELLS, st.sampled_from(["int", "float"]), st.booleans())
def test_numbers_are_those_of_the_rules(cells, kind, nullable):
    require_same(feature(kind, nullable=nullable), as_text(cells))


@given(WORDS, st.booleans(), st.booleans(), st.sampled_from([("a", "b"), ("a", "b", "NA"), ()]))
def test_categories_are_those_of_the_rules(cells, nullable, na_is_missing, categories):
    item = feature(
        "category", nullable=nullable, na_is_missing=na_is_missing, categories=categories
    )
    require_same(item, as_text(cells))
    require_same(
        feature("category", nullable=nullable, categories=categories, allowed=("a", "b")),
        as_text(cells),
    )


def test_every_odd_number_beside_a_plain_one_is_judged_by_the_rules():
    for kind in ("int", "float"):
        for odd in ODD:
            require_same(feature(kind, nullable=True), as_text(["12", odd]))
            require_same(feature(kind, nullable=False), as_text([odd, "12"]))


def test_cells_of_several_arrays_and_of_a_slice_are_read():
    parts = [as_text(["7", "88"]), as_text(["x", "-999", "5", "y"]).slice(1, 2)]
    whole = pa.chunked_array(parts)
    for column, expected in ((whole, [7, 88, -999, 5]), (parts[1], [-999, 5])):
        np.testing.assert_array_equal(plain_whole_numbers(column), expected)
        np.testing.assert_array_equal(plain_floats(column, nullable=True), expected)


def test_a_null_with_text_below_it_is_missing():
    _, ends, text = as_text(["1", "2"]).buffers()
    column = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x01"), ends, text])
    for nullable in (False, True):
        require_same(feature("float", nullable=nullable), column)
