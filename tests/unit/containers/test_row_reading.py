"""Small requests are read row by row: the same values as by columns, or left to those."""

from __future__ import annotations

import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autogluon_contracts.data.number_forms import NumberForm
from autogluon_jobs.conversion.conversion import convert_column
from autogluon_jobs.conversion.single_cells import RefusedError, UnsureError, reader_of
from autogluon_jobs.formats import text_columns
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.requests.records import column_of_values
from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.schema.feature_table import FeatureTable

FEATURES = [
    Feature("whole", "int", "int64", nullable=False),
    Feature("two", "int", "int64", nullable=False, allowed=(0, 1)),
    Feature("number", "float", "float64", nullable=True),
    Feature("dash", "float", "float64", nullable=True, number_form=NumberForm(("-", "?"))),
    Feature("euro", "float", "float64", nullable=True,
            number_form=NumberForm((), ".", ",", "€")),
    Feature("share", "float", "float64", nullable=True, number_form=NumberForm(unit="%")),
    Feature("many", "float", "float64", nullable=True, number_form=NumberForm((), ",", ".", "$")),
    Feature("flag", "bool", "bool", nullable=False),
    Feature("maybe", "bool", "float64", nullable=True),
    Feature("code", "category", "category", nullable=True, categories=("01", "1", "NA", "é")),
    Feature("sex", "category", "category", nullable=False, categories=("F", "M"),
            allowed=("F", "M")),
    Feature("grade", "category", "category", nullable=True, categories=("1", "é"),
            na_is_missing=True),
    Feature("twice", "category", "category", nullable=True, categories=("M",), allowed=("M",),
            na_is_missing=True),
    Feature("note", "text", "object", nullable=True),
    Feature("memo", "text", "object", nullable=True, na_is_missing=True),
    Feature("day", "datetime", "datetime64[ns]", nullable=True),
    Feature("us", "datetime", "datetime64[ns]", nullable=True, date_order="month-day-year"),
    Feature("de", "datetime", "datetime64[ns]", nullable=True, date_order="day-month-year"),
    Feature("month", "datetime", "datetime64[ns]", nullable=True, date_order="year-month-day"),
]  # fmt: skip
TEXTS = st.sampled_from(
    ["-", "?", "1.234,5 €", "€3", "-7,5", "1.5", "12%", "% 1", "$1,234.50", "1,23", "1 €", "",
     "0", "1", "-0", "+7", " 3 ", "01", "1.", ".5", "1e3", "1e400", "nan", "NA", "true",
     "FALSE", "fal\u017fe", "F", "M", "é", "9223372036854775807", "9223372036854775808", "1\u00a0",
     "1\n",
     "2024-02-29", "2023-02-29", "2024-01-01T24:00", "2024-01-01 10:00:00.1234567", "1677-09-21",
     "2262-04-12", "2024-01-01T10:00+0530", "2024-01-01T10:00:59Z", "2024-06-30T23:59:60", "12:00",
     "2/29/2024", "29.2.2024", "2024/02/29", "2024-02",
     "12/31/2023 12:05 AM", "1/2/2023 23:59:59.1234567", "01/02/1600", "30/02/2024"]
)  # fmt: skip
CELLS = TEXTS | st.text(max_size=6) | st.dates().map(str) | st.datetimes().map(
    lambda at: at.isoformat(" ")) | st.floats().map(repr) | st.integers().map(str)  # fmt: skip
VALUES = CELLS | st.none() | st.booleans() | st.integers() | st.floats(
    allow_nan=False, allow_infinity=False)  # fmt: skip


@settings(max_examples=1500, database=None)
@given(feature=st.sampled_from(FEATURES), value=VALUES)
def test_a_cell_has_the_value_that_its_column_gives_it(feature, value):
    try:
        read = reader_of(feature)(value)
    except RefusedError:
        with pytest.raises(InputError):
            by_columns(feature, value)
        return
    except UnsureError:
        return
    wanted = by_columns(feature, value)
    got = FeatureTable.of_rows([feature], [[read]]).columns[feature.name]
    assert got.dtype == wanted.dtype
    np.testing.assert_array_equal(got, wanted)


def by_columns(feature: Feature, value: object) -> np.ndarray:
    return convert_column(feature, column_of_values(feature, [value]), row_of_request)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("whole", ["0", "-12", 5]), ("number", ["", "1.5", "nan", 2, 0.1]),
        ("flag", ["true", False]), ("maybe", [None, "TRUE"]), ("code", ["01", "1", 1, "new", None]),
        ("note", ["some words", ""]), ("day", ["2024-02-29", "", "2024-01-01T10:00:00.123456Z"]),
    ],
)  # fmt: skip
def test_everyday_cells_need_no_column(name, values):
    feature = next(item for item in FEATURES if item.name == name)
    for value in values:
        reader_of(feature)(value)


def test_python_and_arrow_trim_the_same_characters():
    letters = [chr(at) for at in range(sys.maxunicode + 1) if not 0xD800 <= at < 0xE000]
    trimmed = pc.utf8_trim_whitespace(pa.array(letters))
    assert trimmed.to_pylist() == [letter.strip() for letter in letters]


def test_texts_become_columns_as_arrow_makes_them():
    cells = ["", "é", None, "a" * 300, "\x00", *map(str, range(20)), None]
    assert text_columns.as_text(cells).equals(pa.array(cells, pa.string()))
    assert text_columns.as_text([]).equals(pa.array([], pa.string()))
