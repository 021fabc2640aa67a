"""Convert single cells of small requests by the `cell_rules`, without Arrow's fixed costs.

A reader gives the value that whole columns' conversion gives, or says that it will not. It never
refuses a request itself: callers that get an `UnsureError` convert by columns, which explains.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from autogluon_contracts.data.dates import iso_date
from autogluon_jobs.formats.cell_rules import BOOLEAN, DATETIME, MISSING_MARKS, NUMBER, WHOLE_NUMBER
from autogluon_jobs.schema.feature_schema import Feature, missing_words
from autogluon_jobs.schema.feature_table import MISSING_CODE, MISSING_MOMENT, UNKNOWN_CODE

Reader = Callable[[Any], Any]
"""From a CSV cell or JSON value to a plain value as `feature_table` has it."""


class UnsureError(Exception):
    """The cell has to be converted with its column, which accepts or refuses it."""


class RefusedError(UnsureError):
    """The feature certainly cannot hold the cell's text."""


_MARKS = frozenset(("", *MISSING_MARKS))
_is_number = re.compile(NUMBER).fullmatch
_is_whole = re.compile(WHOLE_NUMBER).fullmatch
_is_boolean = re.compile(BOOLEAN).fullmatch
_is_date = re.compile(DATETIME).fullmatch
_FINE_FRACTION = re.compile(r"\.[0-9]{7}").search

_DIGITS_OF_64_BITS = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1679, 2260
"""Whole years that 64-bit nanoseconds hold, whatever the offset."""


def reader_of(feature: Feature) -> Reader:
    """Return what reads the feature's cells."""
    if feature.allowed is not None and feature.kind == "datetime":
        return _never
    if feature.kind == "category":
        return _category_reader(feature)
    reader = _READERS[feature.kind](feature)
    return reader if feature.allowed is None else _only(frozenset(feature.allowed), reader)


def _only(allowed: frozenset[Any], reader: Reader) -> Reader:
    def read(cell: Any) -> Any:
        value = reader(cell)
        if value is None or value != value or value in allowed:
            return value
        raise UnsureError

    return read


def _never(_: Any) -> Any:
    raise UnsureError


def _missing(feature: Feature, value: Any) -> Any:
    if feature.nullable:
        return value
    raise UnsureError


def _whole_number(_: Feature) -> Reader:
    def read(cell: Any) -> Any:
        if type(cell) is str:
            text = cell.strip()
            if not _is_whole(text):
                raise (UnsureError if text in _MARKS or _is_number(text) else RefusedError)
            if len(text) > _DIGITS_OF_64_BITS:
                raise UnsureError
            cell = int(text)
        if type(cell) is int and -(2**63) <= cell < 2**63:
            return cell
        raise UnsureError

    return read


def _number(feature: Feature) -> Reader:
    missing, form = math.nan, feature.number_form

    def read(cell: Any) -> Any:
        if type(cell) is str:
            text = cell.strip()
            if text in _MARKS:
                return _missing(feature, missing)
            if form is not None:
                plain = form.plain(text)
                if plain is None:
                    raise RefusedError
                if plain == "":
                    return _missing(feature, missing)
                text = plain
            if not _is_number(text):
                raise RefusedError
            cell = float(text)
        elif type(cell) is int and -(2**63) <= cell < 2**63:
            return float(cell)
        elif cell is None:
            return _missing(feature, missing)
        if type(cell) is float and math.isfinite(cell):
            return cell
        raise UnsureError

    return read


def _boolean(feature: Feature) -> Reader:
    stored = bool if feature.dtype == "bool" else float

    def read(cell: Any) -> Any:
        if type(cell) is str:
            text = cell.strip()
            if text in _MARKS:
                return _missing(feature, math.nan)
            if not _is_boolean(text):
                raise RefusedError
            cell = text.lower() == "true"
        elif cell is None:
            return _missing(feature, math.nan)
        if type(cell) is bool:
            return stored(cell)
        raise UnsureError

    return read


def _category_reader(feature: Feature) -> Reader:
    codes = {text: code for code, text in enumerate(feature.categories or ())}
    allowed = None if feature.allowed is None else frozenset(feature.allowed)
    missing = frozenset(missing_words(feature))

    def read(cell: Any) -> Any:
        if type(cell) is str:
            code = codes.get(cell)
            if code is not None and (allowed is None or cell in allowed):
                return code
            if cell in missing:
                return _missing(feature, MISSING_CODE)
            if allowed is not None:
                raise UnsureError
            return _unknown(cell)
        if cell is None:
            return _missing(feature, MISSING_CODE)
        if type(cell) is int and str(cell) in codes and (allowed is None or str(cell) in allowed):
            return codes[str(cell)]
        raise UnsureError

    return read


def _unknown(cell: str) -> int:
    _require_utf8(cell)
    return UNKNOWN_CODE


def _require_utf8(cell: str) -> None:
    # JSON can spell half a character, which no UTF-8 text holds.
    if not cell.isascii():
        try:
            cell.encode("utf-8")
        except UnicodeEncodeError:
            raise UnsureError from None


def _text(feature: Feature) -> Reader:
    missing = frozenset(missing_words(feature))

    def read(cell: Any) -> Any:
        if type(cell) is str and cell not in missing:
            _require_utf8(cell)
            return cell
        if cell is None or type(cell) is str:
            return _missing(feature, None)
        raise UnsureError

    return read


def _date(feature: Feature) -> Reader:
    order = feature.date_order

    def read(cell: Any) -> Any:
        if cell is None:
            return _missing(feature, MISSING_MOMENT)
        if type(cell) is not str:
            raise UnsureError
        text = cell.strip()
        if text in _MARKS:
            return _missing(feature, MISSING_MOMENT)
        if not _is_date(text):
            if order is None:
                raise RefusedError
            iso = iso_date(text, order)
            if iso is None:
                raise UnsureError
            text = iso
        return _nanoseconds(text)

    return read


def _nanoseconds(text: str) -> int:
    if _FINE_FRACTION(text):
        raise UnsureError  # finer than Python's microseconds
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnsureError from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise UnsureError
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    return ((since.days * 86_400 + since.seconds) * 10**6 + since.microseconds) * 1000


_READERS: dict[str, Callable[[Feature], Reader]] = {
    "int": _whole_number,
    "float": _number,
    "bool": _boolean,
    "text": _text,
    "datetime": _date,
}
