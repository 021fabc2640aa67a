"""Convert JSON rows, objects or lists, to columns of texts by the schema."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autogluon_contracts.data.files.json_faults import rows_within
from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.conversion.cell_errors import refuse_cell, refuse_infinite, refuse_type
from autogluon_jobs.formats import text_columns
from autogluon_jobs.formats.json_text import LongNumber, is_encodable
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName, row_number, row_of_request
from autogluon_jobs.messages.wording import MOST_HINTS, and_more, listed, shown
from autogluon_jobs.requests.header_names import columns_facts
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema


def columns_of_records(
    schema: FeatureSchema,
    rows: Sequence[Any],
    extra_allowed: frozenset[str] = frozenset(),
    row_name: RowName = row_of_request,
) -> dict[str, Any]:
    """Convert one object per row to columns by name; keys may come in any order.

    Raises:
        InputError: a row that is not an object, lacks a feature or has an unknown key, or
            holds a value that its feature cannot; by row and key.
    """
    for position, row in enumerate(rows):
        _check_record(schema, row, row_name(position), extra_allowed)
    return {
        item.name: column_of_values(item, [row.get(item.name) for row in rows], row_name)
        for item in schema.features
    }


def _check_record(
    schema: FeatureSchema, row: Any, where: str, extra_allowed: frozenset[str]
) -> None:
    if not isinstance(row, dict):
        raise InputError(
            f"{where.capitalize()} is {_type_name(row)} instead of an object.",
            advice=f"Give it the keys {listed(schema.names)}.",
        )
    missing = [name for name in schema.required(row) if name not in row]
    known = schema.by_name.keys() | schema.accepted | extra_allowed
    unknown = [name for name in row if name not in known]
    if unknown:
        _require_unwrapped(schema, row, where)
        candidates = missing or list(schema.names)
        raise InputError(
            f"{where.capitalize()} has the unknown key {shown(unknown[0])}"
            f"{did_you_mean(unknown[0], candidates)}{and_more(len(unknown) - 1)}.",
            advice=f"The features are {listed(schema.names)}.",
            facts=columns_facts(schema, unknown[0], row_number(where)),
        )
    if missing:
        raise InputError(
            f"{where.capitalize()} lacks the key {listed(missing, MOST_HINTS)}.",
            advice=_advice_on_missing(schema, missing),
            facts=columns_facts(schema, missing[0], row_number(where)),
        )


def _require_unwrapped(schema: FeatureSchema, row: dict[str, Any], where: str) -> None:
    """Refuse an object that has no feature and holds rows in another key."""
    wrapper = None if row.keys() & schema.by_name.keys() else rows_within(row, lists=True)
    if wrapper is not None:
        raise InputError(
            f"{where.capitalize()} holds its rows in {shown(wrapper)}.",
            advice='Give the rows of that array alone, or as "instances" in application/json.',
        )


def _advice_on_missing(schema: FeatureSchema, missing: Sequence[str]) -> str:
    """Return what to send; null only where the feature may be missing."""
    needed = next((name for name in missing if not schema.by_name[name].nullable), None)
    if needed is None:
        return "Send null for a missing value."
    return f"Give a value: {shown(needed)} was never missing in training."


def columns_of_lists(
    schema: FeatureSchema, rows: Sequence[Any], row_name: RowName = row_of_request
) -> dict[str, Any]:
    """Convert one list per row, with values in the schema's order, to columns by name.

    Raises:
        InputError: a row of another length, or a value that its feature cannot hold.
    """
    width = len(schema.features)
    for position, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != width:
            got = f"{len(row)} values" if isinstance(row, list) else _type_name(row)
            raise InputError(
                f"{row_name(position).capitalize()} is {got} instead of a list of the "
                f"{width} features.",
                advice=f"Send them in this order: {listed(schema.names)}.",
            )
    return {
        item.name: column_of_values(item, [row[index] for row in rows], row_name)
        for index, item in enumerate(schema.features)
    }


def column_of_values(
    feature: Feature, values: Sequence[Any], row_name: RowName = row_of_request
) -> Any:
    """Convert JSON values to Arrow texts, in the spelling that CSV has for them.

    Texts stay texts: a quoted number is read by the same rules as a CSV cell.

    Raises:
        InputError: a value of a type that the feature cannot hold.
    """
    spell = _SPELLINGS[feature.kind]
    texts = [
        value
        if value is None or isinstance(value, str)
        else spell(feature, value, position, row_name)
        for position, value in enumerate(values)
    ]
    try:
        return text_columns.as_text(texts)
    except UnicodeEncodeError:
        _refuse_half_characters(feature, texts, row_name)
        raise


def _refuse_half_characters(
    feature: Feature, texts: Sequence[str | None], row_name: RowName
) -> None:
    for position, text in enumerate(texts):
        if text is not None and not is_encodable(text):
            refuse_cell(feature, row_name(position), text, "holds half a character")


def _number(feature: Feature, value: Any, position: int, row_name: RowName) -> str:
    if isinstance(value, LongNumber):
        return value.text
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        refuse_type(feature, row_name(position), value, _type_name(value))
    if isinstance(value, float) and math.isinf(value):
        refuse_infinite(feature, row_name(position))
    # A number is one whatever marks the texts of its column have.
    return repr(value) if feature.number_form is None else feature.number_form.spelled(repr(value))


def _boolean(feature: Feature, value: Any, position: int, row_name: RowName) -> str:
    if not isinstance(value, bool):
        refuse_type(feature, row_name(position), value, _type_name(value))
    return "true" if value else "false"


def _category(feature: Feature, value: Any, position: int, row_name: RowName) -> str:
    # 1001 may mean "1001" or "01001": only a category that training saw settles it.
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or str(value) not in feature.known:
        refuse_type(feature, row_name(position), value, f"{_type_name(value)} without quotes")
    return str(value)


def _text_only(feature: Feature, value: Any, position: int, row_name: RowName) -> str:
    if not feature.whole_numbers or isinstance(value, bool) or not isinstance(value, int):
        refuse_type(feature, row_name(position), value, f"{_type_name(value)} without quotes")
    return str(value)


_SPELLINGS: dict[str, Callable[[Feature, Any, int, RowName], str]] = {
    "int": _number,
    "float": _number,
    "bool": _boolean,
    "category": _category,
    "text": _text_only,
    "datetime": _text_only,
}


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    names = {
        bool: "a boolean", int: "a number", float: "a number", LongNumber: "a number",
        str: "a text", list: "a list",
    }  # fmt: skip
    return names.get(type(value), "an object")
