"""The rule that says which kind a training column is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pandas._libs.parsers import STR_NA_VALUES

from autogluon_jobs.conversion.conversion import convert_column
from autogluon_jobs.conversion.single_cells import reader_of
from autogluon_jobs.data.column_kinds import (
    infer_feature,
    require_finite,
    stray_cells,
    unread_date,
)
from autogluon_jobs.formats.cell_rules import MISSING_MARKS, NA_WORDS
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import row_of_request
from autogluon_jobs.schema.feature_schema import Feature


@pytest.mark.parametrize(
    ("cells", "kind", "dtype", "nullable"),
    [
        (["1", "2", "-3", "+4"], "int", "int64", False),
        (["1", "", "3"], "float", "float64", True),
        (["1", "NaN", "3"], "float", "float64", True),
        (["1", "2.5"], "float", "float64", True),
        (["1.0", "2.0"], "float", "float64", True),
        (["1e5", ".5", "5."], "float", "float64", True),
        ([" 1", "2 "], "int", "int64", False),
        (["01001", "90210"], "category", "category", True),
        (["0", "1", "0"], "int", "int64", False),
        (["0.5", "00.5"], "category", "category", True),
        (["1", "A1"], "category", "category", True),
        (["99999999999999999999", "1"], "category", "category", True),
        (["1,000", "2,000"], "category", "category", True),
        (["1,000", "200"], "float", "float64", True),
        (["-", "2", "0.5"], "float", "float64", True),
        (["1", "2", "-", "x"], "category", "category", True),
        (["true", "False"], "bool", "bool", False),
        (["true", "", "false"], "bool", "float64", True),
        (["yes", "no"], "category", "category", True),
        (["NA", "EU"], "category", "category", True),
        (["NA", "NA"], "float", "float64", True),
        (["", ""], "float", "float64", True),
        (["2026-11-20", "2026-11-21T10:00:00Z"], "datetime", "datetime64[ns]", True),
        (["2026-11-20", "2026-02-30"], "category", "category", True),
        (["20261120", "20261121"], "int", "int64", False),
        (["1A", "May", "10a"], "category", "category", True),
        (["a b c d", "e f g h"], "text", "object", True),
        (["inf", "1"], "category", "category", True),
    ],
)
def test_kind_of_csv_cells(cells, kind, dtype, nullable):
    feature = infer_feature("x", pa.array(cells, pa.string()))
    assert (feature.kind, feature.dtype, feature.nullable) == (kind, dtype, nullable)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "int"),
        ([1, None], "float"),
        ([1.5, 2.0], "float"),
        ([Decimal("1.5")], "float"),
        ([True, False], "bool"),
        (["1", "2"], "int"),
        (["$1,200", "-", "$5"], "float"),
        (["true", "false"], "bool"),
        (["01234", "2"], "category"),
        (["2026-11-20"], "datetime"),
        ([datetime(2026, 11, 20, tzinfo=UTC)], "datetime"),
        ([date(2026, 11, 20)], "datetime"),
        ([None, None], "float"),
    ],
)
def test_kind_of_typed_values(values, kind):
    assert infer_feature("x", pa.array(values)).kind == kind


@pytest.mark.parametrize("values", [["1", "2"], ["$1,200", "-"], ["true", "false"], ["1", "inf"]])
def test_a_column_of_categories_stays_one(values):
    column = pa.array(values).dictionary_encode()
    feature = infer_feature("x", column)
    assert (feature.kind, feature.categories) == ("category", tuple(sorted(values)))
    require_finite("x", column, str)


def test_halves_are_floats():
    assert infer_feature("x", pa.array([1.5, None], pa.float16())).kind == "float"


@pytest.mark.parametrize("values", [[[1, 2]], [{"a": 1}], [b"bytes"], [time(9)], [timedelta(1)]])
def test_type_that_no_predictor_takes_is_refused_by_name(values):
    with pytest.raises(InputError, match=r'"x" holds .*, which no predictor takes'):
        infer_feature("x", pa.array(values))


def test_words_for_missing_are_those_of_pandas():
    assert {"", *NA_WORDS} == STR_NA_VALUES
    assert set(NA_WORDS) < set(MISSING_MARKS)


def test_na_is_missing_unless_the_settings_keep_it():
    column = pa.array(["NA", "EU", "None", "none", ""])
    feature = infer_feature("x", column)
    assert (feature.categories, feature.na_is_missing) == (("EU", "none"), True)
    kept = infer_feature("x", column, keep_na=True)
    assert (kept.categories, kept.na_is_missing) == (("EU", "NA", "None", "none"), False)
    numbers = infer_feature("x", pa.array(["NA", "1", "2"]), keep_na=True)
    assert numbers.categories == ("1", "2", "NA")


def test_a_schema_of_an_earlier_release_keeps_na_as_a_category():
    document = {"name": "x", "kind": "category", "dtype": "category", "nullable": True,
                "categories": ["EU", "NA"]}  # fmt: skip
    old = Feature.from_json(document)
    assert old.to_json() == document
    for cell in ("NA", "EU"):
        assert reader_of(old)(cell) == old.categories.index(cell)
        column = pa.array([cell, ""])
        assert convert_column(old, column, row_of_request).tolist() == [reader_of(old)(cell), -1]
    new = Feature.from_json(document | {"categories": ["EU"], "na_is_missing": True})
    assert convert_column(new, pa.array(["NA", "EU"]), row_of_request).tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("cells", "kind", "order"),
    [
        (["04/01/2018", "12/31/2017"], "datetime", "month-day-year"),
        (["04/01/2018", "31/12/2017", "2018-01-05"], "datetime", "day-month-year"),
        (["4.1.2018 10:00", "NA"], "datetime", "day-month-year"),
        (["2016/01/31", "2016/2/1"], "datetime", "year-month-day"),
        (["2016-01", "2016-12"], "datetime", "year-month-day"),
        (["4/1/2018 5:07 PM", "12/31/2017 11:00 am"], "datetime", "month-day-year"),
        (["2016-01-31", "2016-02-01"], "datetime", None),
        (["04/01/2018", "12/03/2017"], "category", None),
        (["12/31/2017", "31/12/2017"], "category", None),
        (["12/31/2017", "soon"], "category", None),
        (["12/31/1200", "1/1/2000"], "category", None),
    ],
)
def test_the_column_decides_the_order_of_its_dates(cells, kind, order):
    feature = infer_feature("x", pa.array(cells))
    assert (feature.kind, feature.date_order) == (kind, order)
    assert Feature.from_json(feature.to_json()) == feature


def test_the_settings_decide_where_the_column_does_not():
    column = pa.array(["04/01/2018", "12/03/2017"])
    feature = infer_feature("x", column, asked="day-month-year")
    moments = convert_column(feature, column, row_of_request)
    assert moments.astype("datetime64[D]").astype(str).tolist() == ["2018-01-04", "2017-03-12"]


def test_whole_numbers_beyond_64_bits_are_identifiers_in_every_format():
    numbers = [2**63, 1, 2**64 - 1]
    typed = infer_feature("x", pa.array(numbers, pa.uint64()))
    text = infer_feature("x", pa.array(map(str, numbers)))
    assert typed == text
    assert typed.categories == ("1", str(2**64 - 1), str(2**63))
    codes = convert_column(typed, pa.array(numbers, pa.uint64()), row_of_request)
    assert codes.tolist() == [2, 0, 1]


def test_infinite_numbers_are_refused_in_csv_as_they_are_in_parquet():
    with pytest.raises(InputError, match=r'"x", row 2: "-Infinity" is not a finite 64-bit float\.'):
        require_finite("x", pa.array(["1.5", "-Infinity", ""]), row_of_request)
    require_finite("x", pa.array(["inf", "word"]), row_of_request)


def test_few_words_among_numbers_are_strays_and_many_are_not():
    numbers = [str(i) for i in range(100)]
    assert stray_cells(pa.array([*numbers, "abc"])) == [(100, "abc")]
    assert stray_cells(pa.array([*numbers, *["abc"] * 50])) == [(100, "abc")]
    assert stray_cells(pa.array([*numbers, *(f"w{i}" for i in range(50))])) == []
    assert stray_cells(pa.array(numbers)) == []
    assert stray_cells(pa.array(["01001", *numbers])) == []
    assert stray_cells(pa.array(["1,234", "5,678"])) == [(0, "1,234"), (1, "5,678")]
    assert stray_cells(pa.array(["1", "2", "x", "3", "y", "x", "4"])) == [(2, "x"), (4, "y")]


def test_many_unread_dates_are_looked_for_at_once(monkeypatch):
    cells = ["2016-01-31", *(f"01/{day:02}/16" for day in range(1, 32))]
    searches = []
    index = pc.index
    monkeypatch.setattr(pc, "index", lambda *args: searches.append(args) or index(*args))
    found = unread_date(pa.array([None, *cells]))
    assert found == (2, "01/01/16", "its year has two digits")
    assert len(searches) == 1
