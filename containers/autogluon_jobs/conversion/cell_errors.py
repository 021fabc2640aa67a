"""Raise errors about one cell: column, row, value and what is allowed."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from autogluon_contracts.data.dates import EXAMPLES
from autogluon_contracts.documents.error_facts import ErrorCode, ErrorFacts
from autogluon_jobs.formats.text_columns import first_false
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName, row_number
from autogluon_jobs.messages.wording import plain, shown
from autogluon_jobs.schema.feature_schema import Feature

_WANTED = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "category": "a text",
    "text": "a text",
    "datetime": "a date such as 2026-11-20 or 2026-11-20T09:30:00Z",
}
# For columns of which training recorded no values.
_USUAL = {"int": 39, "float": 39.5}


def refuse_cell(feature: Feature, where: str, value: object, problem: str) -> NoReturn:
    """Raise the sentence about a cell that the feature cannot hold."""
    raise InputError(
        f'Column "{feature.name}", {where}: {shown(value)} {problem}.',
        advice=_as_in_training(feature),
        facts=_facts("invalid_cell", feature, where, value),
    )


def refuse_type(feature: Feature, where: str, value: object, got: str) -> NoReturn:
    """Raise the sentence about a value of a type that cannot be converted exactly."""
    refuse_cell(feature, where, value, f"is {got}, which cannot be read exactly")


def cell_value(column: Any, row: int) -> object:
    """Return a cell as a sentence quotes it.

    Python has no value for every cell that Arrow can hold: a moment of an unknown zone, or one
    beyond the year 9999. Of those, the sentence shows the type.
    """
    try:
        return column[row].as_py()
    except (LookupError, OverflowError, ValueError):
        return str(column.type)


def refuse_infinite(feature: Feature, where: str) -> NoReturn:
    """Raise the sentence about a JSON number that Python reads as infinity, such as 1e400."""
    raise InputError(
        f'Column "{feature.name}", {where}: the number does not fit a 64-bit float, whose largest '
        f"is about 1.8e308.",
        advice=_as_in_training(feature),
        facts=_facts("invalid_cell", feature, where),
    )


def require_present(feature: Feature, column: Any, row_name: RowName) -> None:
    """Refuse a missing cell where AutoGluon would take it for a present value.

    Raises:
        InputError: the feature is not nullable and a cell is missing.
    """
    if feature.nullable or not column.null_count:
        return
    row = first_false(column.is_valid())
    if row is None:
        return
    raise InputError(
        f'Column "{feature.name}", {row_name(row)}: the value is missing, which it never was in '
        f"training.",
        advice=f"Give {_example(feature)}, or train on rows of which some have no value in this "
        "column: then it may be missing.",
        facts=_facts("missing_cell", feature, row_name(row)),
    )


def refuse_unallowed(feature: Feature, where: str, value: object) -> NoReturn:
    """Raise the sentence about a third value in a two-valued column."""
    allowed = ", ".join(json.dumps(item, ensure_ascii=False) for item in feature.allowed or ())
    missing = " or missing" if feature.nullable else ""
    raise InputError(
        f'Column "{feature.name}", {where}: {shown(value)} was not seen in training, where this '
        f"column had two values only.",
        advice=f"Allowed: {allowed}{missing}.",
        facts=_facts("value_not_allowed", feature, where, value),
    )


def _facts(code: ErrorCode, feature: Feature, where: str, value: object = None) -> ErrorFacts:
    return ErrorFacts(
        code=code,
        column=feature.name,
        row=row_number(where),
        value=None if value is None else plain(value),
        allowed=feature.allowed,
    )


def _as_in_training(feature: Feature) -> str:
    return f"Give {_example(feature)}, as in training."


def _example(feature: Feature) -> str:
    if feature.date_order is not None:
        return f"a date such as {EXAMPLES[feature.date_order]} or 2016-01-31"
    wanted = _WANTED[feature.kind]
    if feature.kind not in _USUAL:
        return wanted
    examples = feature.examples or (_USUAL[feature.kind],)
    usual = examples[len(examples) // 2]
    # Whole numbers with all digits: one with an exponent would be refused.
    return f"{wanted} such as {usual if feature.kind == 'int' else format(usual, '.6g')}"
