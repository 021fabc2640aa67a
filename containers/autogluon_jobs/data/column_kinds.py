"""Infer a column's kind by a rule over the whole column, never over a sample.

A column of texts (CSV, or text columns of JSON Lines and Parquet) is, in this order:

1. `bool` where every value is true or false; `int` where every value is a whole number
   of 64 bits and none is missing; `float` where every value is a number;
2. `datetime` where every value is a date in ISO 8601, or in one order that the column decides;
3. `float` where every value is a number in one other form, see `number_forms`;
4. `text` where values average three words or more and over 1 % of them differ (AutoGluon's own
   measure of natural language);
5. `category` otherwise, including codes with leading zeros.

Numbers and booleans are not looked for in a column whose type is categories, as Parquet stores
pandas' categoricals. `NA` and the like are missing everywhere, but values of texts in the columns
of `data.keep_na`.

A typed column keeps its type: whole numbers are `int` (`float` where some are missing), floats and
decimals `float`, booleans `bool`, timestamps and dates `datetime`. A column without any value is
`float`, as pandas reads it. `nullable` says whether a missing value keeps its meaning: always for
float, category, text and datetime; for bool where training had missing values; never for int.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from autogluon_contracts.data.cell_kinds import DISTINCT_SHARE_OF_TEXT, WORDS_OF_TEXT
from autogluon_contracts.data.date_numbers import date_numbers
from autogluon_contracts.data.dates import DateOrder
from autogluon_contracts.data.placeholders import PLACEHOLDERS, placeholder
from autogluon_contracts.data.stray_numbers import mixed_units, stray_texts
from autogluon_contracts.data.unread_dates import unread_dates
from autogluon_contracts.data.unread_types import ADVICE_OF_UNREAD, Unread
from autogluon_jobs.conversion.cell_errors import cell_value
from autogluon_jobs.conversion.iso_dates import parse_datetimes
from autogluon_jobs.conversion.number_texts import form_of
from autogluon_jobs.conversion.written_dates import iso_cells, orders_of
from autogluon_jobs.formats import text_columns
from autogluon_jobs.formats.arrow_types import is_text, plain
from autogluon_jobs.formats.cell_rules import BOOLEAN, DATETIME, INFINITE, NUMBER, WHOLE_NUMBER
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import shown
from autogluon_jobs.schema.feature_schema import Feature, Kind

_64_BITS = range(-(2**63), 2**63)
_FIRST = 1_000
_DTYPES: dict[Kind, str] = {
    "int": "int64", "float": "float64", "category": "category", "text": "object",
    "datetime": "datetime64[ns]", "bool": "bool",
}  # fmt: skip


def infer_feature(
    name: str,
    column: Any,
    *,
    keep_na: bool = False,
    asked: DateOrder | None = None,
) -> Feature:
    """Infer the feature from a whole training column.

    Args:
        name: the column's name.
        column: an Arrow column.
        keep_na: `NA` and the like are values of texts.
        asked: the order of dates that the settings give the column.

    Raises:
        InputError: the column's type is one that no predictor takes.
    """
    numbers = not are_categories(column)
    column = plain(column)
    if is_text(column.type):
        column = text_columns.present_texts(column, na_is_missing=not keep_na)
        return _of_texts(name, column, numbers=numbers, keep_na=keep_na, asked=asked)
    return _of_typed(name, column)


def are_categories(column: Any) -> bool:
    """Return whether the type of a column says that its texts are categories, not numbers."""
    return bool(pt.is_dictionary(column.type))


def _feature(name: str, kind: Kind, missing: bool) -> Feature:
    if kind == "bool" and missing:
        return Feature(name, "bool", "float64", nullable=True)
    nullable = kind not in ("int", "bool")
    return Feature(name, kind, _DTYPES[kind], nullable=nullable)


def _of_texts(
    name: str, column: Any, *, numbers: bool, keep_na: bool, asked: DateOrder | None
) -> Feature:
    if column.null_count == len(column):
        return _feature(name, "float", missing=True)
    cells = text_columns.value_cells(column)
    # Where NA is a value, a column that has one holds no numbers, whatever the others are.
    has_words = keep_na and cells.null_count > column.null_count
    if cells.null_count < len(cells) and not has_words:
        kind = _value_kind(cells) if numbers else None
        if kind is not None:
            return _feature(name, kind, missing=cells.null_count > 0)
        order = date_order(cells, asked)
        if order is not None:
            return dataclasses.replace(
                _feature(name, "datetime", missing=True),
                date_order=None if order == "iso" else order,
            )
        form = form_of(cells) if numbers else None
        if form is not None:
            return dataclasses.replace(_feature(name, "float", missing=True), number_form=form)
    if _reads_as_text(column):
        return Feature(name, "text", "object", nullable=True, na_is_missing=not keep_na)
    categories = tuple(sorted(pc.unique(column.drop_null()).to_pylist()))
    return Feature(
        name,
        "category",
        "category",
        nullable=True,
        categories=categories,
        na_is_missing=not keep_na,
    )


def _value_kind(cells: Any) -> Kind | None:
    if text_columns.all_follow(cells, BOOLEAN):
        return "bool"
    if text_columns.all_follow(cells, WHOLE_NUMBER):
        if not _fits_64_bits(cells):
            return None  # Identifiers: as floats, neighbouring ones would become equal.
        return "float" if cells.null_count else "int"
    if text_columns.all_follow(cells, NUMBER):
        return "float"
    return None


def require_finite(name: str, column: Any, row_name: Callable[[int], str]) -> None:
    """Refuse an infinite number in a column of numbers, as texts spell it.

    Raises:
        InputError: naming the first such row.
    """
    declared, column = are_categories(column), plain(column)
    if declared or not is_text(column.type):
        return  # the conversion of typed columns refuses it
    cells = text_columns.value_cells(column)
    infinite = pc.match_substring_regex(cells, INFINITE)
    if not pc.any(infinite).as_py() or not text_columns.all_follow(cells, f"{NUMBER}|{INFINITE}"):
        return
    row = pc.index(infinite, pa.scalar(True)).as_py()
    raise InputError(
        f'Column "{name}", {row_name(row)}: {shown(cell_value(cells, row))} is not a finite 64-bit '
        f"float.",
        advice="Give a number, or leave the cell empty.",
    )


def _fits_64_bits(cells: Any) -> bool:
    try:
        plain_cells = text_columns.without_plus(cells) if is_text(cells.type) else cells
        pc.cast(plain_cells, pa.int64())
    except pa.ArrowInvalid:
        return False
    return True


def beyond_64_bits(column: Any) -> tuple[int, str] | None:
    """Return position and text of the first whole number beyond 64 bits in a column of such."""
    column = plain(column)
    if pt.is_uint64(column.type):
        column = pc.cast(column, pa.string())
    if not is_text(column.type):
        return None
    cells = text_columns.value_cells(column)
    if not text_columns.all_follow(cells, WHOLE_NUMBER) or _fits_64_bits(cells):
        return None
    texts = enumerate(cells.to_pylist())
    return next((row, text) for row, text in texts if text and int(text) not in _64_BITS)


def date_order(cells: Any, asked: DateOrder | None = None) -> DateOrder | Literal["iso"] | None:
    """Return how the dates of a column are written; None where it holds others, or is ambiguous.

    Args:
        cells: trimmed texts.
        asked: the order that the settings give the column.
    """
    orders = orders_of(cells)
    if orders is None:
        order: DateOrder | Literal["iso"] | None = "iso"
    else:
        order = asked if asked in orders else orders[0] if len(orders) == 1 else None
    if order is None:
        return None
    moments = parse_datetimes(cells if order == "iso" else iso_cells(cells, order))
    broken = int(np.isnat(moments).sum()) > cells.null_count
    return None if broken else order


def is_ambiguous_date(column: Any) -> bool:
    """Return whether every text is a date, with its month first or its day first alike."""
    return len(orders_of(text_columns.value_cells(plain(column))) or ()) > 1


def _reads_as_text(column: Any) -> bool:
    values = pc.unique(column.drop_null())
    if len(values) / len(column) <= DISTINCT_SHARE_OF_TEXT:
        return False
    words = pc.mean(pc.count_substring_regex(values, r"\S+")).as_py()
    return bool(words >= WORDS_OF_TEXT)


def _of_typed(name: str, column: Any) -> Feature:
    kind, missing = column.type, column.null_count > 0
    if pt.is_boolean(kind):
        return _feature(name, "bool", missing)
    if pt.is_uint64(kind) and not _fits_64_bits(column):
        texts = pc.cast(column, pa.string())
        return _of_texts(name, texts, numbers=True, keep_na=False, asked=None)
    if pt.is_integer(kind):
        return _feature(name, "float" if missing else "int", missing)
    if pt.is_floating(kind) or pt.is_decimal(kind) or pt.is_null(kind):
        return _feature(name, "float", missing)
    if pt.is_timestamp(kind) or pt.is_date(kind):
        return _feature(name, "datetime", missing)
    what = _unread(kind)
    raise InputError(
        f'Column "{name}" holds {what}, which no predictor takes.', advice=ADVICE_OF_UNREAD[what]
    )


def _unread(kind: Any) -> Unread:
    if pt.is_nested(kind):
        return "structs, lists or maps"
    if pt.is_time(kind):
        return "times of day"
    return "durations" if pt.is_duration(kind) else "bytes"


def unread_date(column: Any) -> tuple[int, str, str] | None:
    """Find the first cell that keeps a column of dates from being read as one.

    Returns:
        Its position, its text and the reason; None where the column does not look like dates.
    """
    cells = text_columns.value_cells(plain(column))
    found = unread_dates(pc.unique(cells.drop_null()).to_pylist())
    if not found:
        return None
    unread = pc.is_in(cells, value_set=text_columns.as_text(list(found)))
    row = pc.index(unread, pa.scalar(True)).as_py()
    text = cells[row].as_py()
    return row, text, found[text]


def stray_cells(column: Any) -> list[tuple[int, str]]:
    """Find cells of different values, at most three, that keep a CSV column from being numeric.

    One "abc" turns a column of a thousand numbers into a thousand categories: worth a warning.
    Empty where the column is numeric anyway, or holds many different words, or few numbers.
    """
    cells = text_columns.value_cells(column)
    return [(pc.index(cells, text).as_py(), text) for text in stray_texts(_counts(cells))]


def units_among(column: Any) -> tuple[str, ...]:
    """Return the units of a column of numbers in several of them."""
    return mixed_units(_counts(text_columns.value_cells(column)))


def _counts(cells: Any) -> dict[Any, int]:
    counted = pc.value_counts(cells.drop_null())
    values, counts = counted.field("values").to_pylist(), counted.field("counts").to_pylist()
    return dict(zip(values, counts, strict=True))


def moments_as_numbers(name: str, column: Any) -> str:
    """Return what the numbers of a column are if they are moments, such as seconds since 1970."""
    column = plain(column)
    cells = text_columns.value_cells(column) if is_text(column.type) else column
    different = pc.unique(cells.drop_null())
    # What most columns hold are not moments, which their first numbers show.
    if not date_numbers(name, _texts(different[:_FIRST])):
        return ""
    return date_numbers(name, _texts(different))


def _texts(values: Any) -> list[str]:
    texts: list[str] = pc.cast(values, pa.string()).to_pylist()
    return texts


def placeholder_among(column: Any) -> tuple[float, int] | None:
    """Return a number that means a missing one, such as -999, and how many cells have it."""
    column = plain(column)
    if is_text(column.type):
        column = pc.cast(text_columns.without_plus(text_columns.value_cells(column)), pa.float64())
    extremes = pc.min_max(column)
    if not PLACEHOLDERS & {extremes["min"].as_py(), extremes["max"].as_py()}:
        return None
    counts = _counts(column)
    number = placeholder(counts)
    return None if number is None else (number, counts[number])


def first_other_text(column: Any, order: DateOrder) -> tuple[int, object]:
    """Return position and value of the first cell that is not a date in this order."""
    column = plain(column)
    if not is_text(column.type):
        return 0, cell_value(column, 0)
    cells = text_columns.value_cells(column)
    moments = text_columns.follows(iso_cells(cells, order), DATETIME)
    row = text_columns.first_false(moments) or 0
    return row, cell_value(cells, row)
