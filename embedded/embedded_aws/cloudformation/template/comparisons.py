"""Compare values as conditions and rules do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from embedded_aws.cloudformation.errors import validation_error


def equal(left: Any, right: Any) -> bool:
    """Return whether two values are equal; scalars compare as text: 1 equals "1"."""
    return bool(_comparable(left) == _comparable(right))


def _contains(values: Any, value: Any) -> bool:
    return any(equal(item, value) for item in _list("Fn::Contains", values))


def _each_member_equals(values: Any, value: Any) -> bool:
    return all(equal(item, value) for item in _list("Fn::EachMemberEquals", values))


def _each_member_in(values: Any, allowed: Any) -> bool:
    return all(_contains(allowed, item) for item in _list("Fn::EachMemberIn", values))


# Functions of the Rules section, of (list, value).
RULE_FUNCTIONS: dict[str, Callable[[Any, Any], bool]] = {
    "Fn::Contains": _contains,
    "Fn::EachMemberEquals": _each_member_equals,
    "Fn::EachMemberIn": _each_member_in,
}


def _list(function: str, value: Any) -> Sequence[Any]:
    if not isinstance(value, list):
        raise validation_error(f"Template error: {function} takes a list first, got {value!r}.")
    return value


def _comparable(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, dict | list) else str(value)
