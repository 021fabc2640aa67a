"""Check the rules of Choice states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from embedded_aws.stepfunctions.definitions.problems import Problem, schema
from embedded_aws.stepfunctions.definitions.templates import check_reference_path
from embedded_aws.stepfunctions.definitions.values import (
    check_fields,
    check_list,
    check_one_of,
    check_required,
    check_timestamp,
    check_type,
    is_expression,
)

_ORDERS = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
_KINDS = {"String": "String", "Numeric": "Number", "Timestamp": "Timestamp"}
# operator -> the type of its value; "Path": a reference path to it
OPERATORS = {
    **{f"{name}{order}": kind for name, kind in _KINDS.items() for order in _ORDERS},
    **{f"{name}{order}Path": "Path" for name in _KINDS for order in _ORDERS},
    "BooleanEquals": "Boolean",
    "BooleanEqualsPath": "Path",
    "StringMatches": "String",
    **{
        f"Is{kind}": "Boolean"
        for kind in ("Null", "Present", "Numeric", "String", "Boolean", "Timestamp")
    },
}
_SELECTORS = ("And", "Or", "Not", "Variable", "Condition")
_RULE = {"Next", "Comment", "Assign"}


def check_choices(state: dict[str, Any], where: str, language: str) -> Iterator[Problem]:
    """Yield the problems of a Choice state's rules."""
    yield from check_required(state, ["Choices"], where)
    if "Choices" not in state:
        return
    yield from check_list(state["Choices"], f"{where}/Choices")
    for index, rule in enumerate(_list(state["Choices"])):
        place = f"{where}/Choices[{index}]"
        if not isinstance(rule, dict):
            yield schema("Expected value of type Object", place)
            continue
        yield from check_required(rule, ["Next"], place)
        if language == "JSONata":
            yield from _check_condition(rule, place)
        else:
            yield from _check_rule(rule, place, is_top=True)


def _check_condition(rule: dict[str, Any], where: str) -> Iterator[Problem]:
    for field in rule:
        if field in OPERATORS or field in ("And", "Or", "Not", "Variable"):
            yield schema(
                f"The QueryLanguage is set to 'JSONata', but field '{field}' is only supported for "
                "the 'JSONPath' QueryLanguage",
                where,
            )
    known = {*_RULE, *OPERATORS, *_SELECTORS, "Output"}
    yield from check_fields(rule, known, where)
    yield from check_required(rule, ["Condition"], where)
    condition = rule.get("Condition", True)
    if not isinstance(condition, bool) and not is_expression(condition):
        yield schema("Value must be a boolean or a JSONata expression", f"{where}/Condition")


def _check_rule(rule: dict[str, Any], where: str, *, is_top: bool) -> Iterator[Problem]:
    for field in ("Condition", "Output"):
        if field in rule:
            yield schema(
                f"The QueryLanguage is set to 'JSONPath', but field '{field}' is only supported "
                "for the 'JSONata' QueryLanguage",
                where,
            )
    outer = _RULE if is_top else {"Comment"}
    yield from check_fields(rule, {*outer, *OPERATORS, *_SELECTORS, "Output"}, where)
    found = [field for field in _SELECTORS if field in rule]
    if len(found) != 1:
        yield schema(
            f"The object must have only one of the following fields, [{', '.join(_SELECTORS)}]",
            where,
        )
    for field in ("And", "Or"):
        if field in rule:
            yield from check_list(rule[field], f"{where}/{field}")
            for index, inner in enumerate(_list(rule[field])):
                yield from _check_inner(inner, f"{where}/{field}[{index}]")
    if "Not" in rule:
        yield from _check_inner(rule["Not"], f"{where}/Not")
    if "Variable" in rule:
        yield from _check_comparison(rule, where)


def _check_inner(rule: Any, where: str) -> Iterator[Problem]:
    if isinstance(rule, dict):
        yield from _check_rule(rule, where, is_top=False)
    else:
        yield schema("Expected value of type Object", where)


def _check_comparison(rule: dict[str, Any], where: str) -> Iterator[Problem]:
    yield from check_reference_path(rule["Variable"], f"{where}/Variable", in_input=False)
    found = [field for field in OPERATORS if field in rule]
    if len(found) != 1:
        yield from check_one_of(rule, found or list(OPERATORS), where)
    for field in found:
        kind, value, place = OPERATORS[field], rule[field], f"{where}/{field}"
        if kind == "Path":
            yield from check_reference_path(value, place, in_input=False)
        elif kind == "Timestamp":
            yield from check_timestamp(value, place)
        else:
            yield from check_type(value, kind, place)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
