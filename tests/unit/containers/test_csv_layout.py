"""Is the first line of a CSV request a header? By the schema, where no guess is needed."""

from __future__ import annotations

import pytest

from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.csv_layout import detect_layout, open_csv
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema


def schema(*features: Feature) -> FeatureSchema:
    return FeatureSchema(label="y", problem_type="regression", features=features, ignored=("w",))


def number(name: str) -> Feature:
    return Feature(name, "float", "float64", nullable=True)


def words(name: str, *categories: str) -> Feature:
    return Feature(name, "category", "category", nullable=True, categories=categories)


MIXED = schema(number("height"), words("colour", "red", "height"), words("Size", "big", "small"))


@pytest.mark.parametrize(
    ("line", "columns", "has_header"),
    [
        ("height,colour,Size", ("height", "colour", "Size"), True),
        ("Size,height,colour", ("Size", "height", "colour"), True),
        ("y,Size,height,colour,w", ("y", "Size", "height", "colour", "w"), True),
        ("1.5,red,big", MIXED.names, False),
        ("1.5,never seen,neither", MIXED.names, False),
        (",,", MIXED.names, False),
        ("1.5,height,big", MIXED.names, False),
    ],
)
def test_line_that_is_clear(line, columns, has_header):
    layout = detect_layout(MIXED, line.split(","))
    assert (layout.columns, layout.has_header) == (columns, has_header)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("height,colour", 'lacks "Size"'),
        ("height,color,Size", 'unknown column "color" (did you mean "colour"?)'),
        ("height,colour,size", 'unknown column "size" (did you mean "Size"?)'),
        ("HEIGHT,COLOUR,SIZE", 'unknown column "HEIGHT" (did you mean "height"?)'),
        ("height,colour,Size,", "a column without a name"),
        ("height,colour,,Size", "a column without a name"),
        ("height,colour,Size,height", '"height" more than once'),
        ("height,colour,Size,depth", 'unknown column "depth"'),
        ("1.5,red,big,7", "names no column and has 4 cells"),
        ("1.5,red", "names no column and has 2 cells"),
    ],
)
def test_line_that_fits_no_reading_is_refused(line, problem):
    with pytest.raises(InputError) as caught:
        detect_layout(MIXED, line.split(","))
    assert problem in str(caught.value)


def test_another_delimiter_is_one_with_which_the_first_line_fits():
    for text, wanted in {
        "height;colour;Size": ";",
        "Size;height;colour": ";",
        "height;color;Size": ";",
        "1.5\tred\tbig": "\t",
        "1,5;red;big": ";",
        "1.5|red|big": "|",
        "height,colour,Size;Size": ",",
        "1.5,re;d,b|i;g": ",",
        "sep=;\n1.5;red;big": ";",
        "red": ",",
    }.items():
        data, delimiter = open_csv(MIXED, text)
        assert delimiter == wanted, text
        assert not data.startswith(b"sep"), text
    assert open_csv(MIXED, "1.5;red;big".encode("utf-16")) == (b"1.5;red;big", ";")


def test_columns_named_like_values_are_ambiguous_in_the_header():
    named_by_numbers = schema(number("0"), number("1"))
    assert not detect_layout(named_by_numbers, ["2.5", "1"]).has_header
    assert detect_layout(named_by_numbers, ["1", "0", "y"]).has_header
    with pytest.raises(InputError, match="both the header and a valid row"):
        detect_layout(named_by_numbers, ["1", "0"])


def test_one_column_may_hold_any_separator():
    one = schema(words("path", "a;b"))
    assert not detect_layout(one, ["a;b;c"]).has_header
