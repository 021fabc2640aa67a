"""Check single values of a definition: types, ranges, and which fields exclude each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from embedded_aws.stepfunctions.definitions.problems import Problem, schema
from embedded_aws.stepfunctions.library.jsonata_engine import find_expression

_TIMESTAMP = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$")
MOST = 99_999_999


def is_expression(value: Any) -> bool:
    """Return whether a value is a JSONata expression."""
    return isinstance(value, str) and find_expression(value) is not None


def has_type(value: Any, kind: str) -> bool:
    """Return whether a JSON value has a type, by the name that AWS gives it."""
    if isinstance(value, bool):
        return kind == "Boolean"
    types: Mapping[str, type | tuple[type, ...]] = {
        "String": str,
        "Integer": int,
        "Number": (int, float),
        "Object": dict,
        "Array": list,
    }
    return kind in types and isinstance(value, types[kind])


def check_type(value: Any, kind: str, where: str) -> Iterator[Problem]:
    """Yield a problem unless the value has the type."""
    if not has_type(value, kind):
        yield schema(f"Expected value of type {kind}", where)


def check_number(
    value: Any,
    where: str,
    least: float | None = None,
    most: float | None = None,
    *,
    kind: str = "Integer",
) -> Iterator[Problem]:
    """Yield a problem unless the value is a number in the range."""
    if not has_type(value, kind):
        yield schema(f"Expected value of type {kind}", where)
    elif least is not None and value < least:
        yield schema(f"Minimum value is {least}", where)
    elif most is not None and value > most:
        yield schema(f"Maximum value is {most}", where)


def check_timestamp(value: Any, where: str) -> Iterator[Problem]:
    """Yield a problem unless the value is an RFC3339 timestamp."""
    if not isinstance(value, str) or not _TIMESTAMP.match(value):
        yield schema("String does not match RFC3339 timestamp", where)


def check_enum(value: Any, allowed: Sequence[str], where: str) -> Iterator[Problem]:
    """Yield a problem unless the value is one of those allowed."""
    if value not in allowed:
        yield schema(f"Value should be one of the following: [{', '.join(allowed)}]", where)


def check_list(value: Any, where: str) -> Iterator[Problem]:
    """Yield a problem unless the value is an array with something in it."""
    if not isinstance(value, list):
        yield schema("Expected value of type Array", where)
    elif not value:
        yield schema("Value cannot be empty", where)


def check_fields(value: Mapping[str, Any], known: Collection[str], where: str) -> Iterator[Problem]:
    """Yield a problem for each field that is not known."""
    for field in value:
        if field not in known:
            yield schema(f"Field '{field}' is not supported", where)


def check_required(
    value: Mapping[str, Any], fields: Sequence[str], where: str
) -> Iterator[Problem]:
    """Yield a problem that names the missing fields."""
    missing = [field for field in fields if field not in value]
    if missing:
        yield schema(f"These fields are required: [{', '.join(missing)}]", where)


def check_one_of(
    value: Mapping[str, Any], fields: Sequence[str], where: str, *, is_required: bool = True
) -> Iterator[Problem]:
    """Yield a problem unless exactly one of the fields is there; none is one where optional."""
    found = [field for field in fields if field in value]
    listed = ", ".join(fields)
    if len(found) > 1:
        yield schema(f"There should only be one of the following fields: [{listed}]", where)
    elif not found and is_required:
        yield schema(f"This object should have only one of the following fields: [{listed}]", where)
