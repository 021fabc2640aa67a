"""Event patterns: checked as EventBridge checks them, and matched against events.

The operators are those of the EventBridge guide, "Comparison operators for use in event patterns";
their finer points (arrays, absent fields) follow the README of aws/event-ruler, the engine of AWS.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Test = Callable[[Any], bool]  # of one value that is neither an object nor an array

_OR = "$or"
_NUMBER_LIMIT = 5e9  # event-ruler: numbers from -5.0e9 to +5.0e9
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}


class PatternError(ValueError):
    """The pattern is not valid; the text is the reason, without a full stop."""


@dataclass(frozen=True)
class Condition:
    """What one field has to be: one of `tests` holds, or it is absent where that is asked."""

    tests: tuple[Test, ...]
    absent: bool

    def holds(self, container: Mapping[str, Any], name: str) -> bool:
        """Return whether the field of an object meets the condition."""
        values = list(_leaves(container.get(name, _ABSENT)))
        if not values:
            return self.absent
        return any(test(value) for value in values for test in self.tests)


@dataclass(frozen=True)
class Pattern:
    """A pattern of an object: every field's, and one of the alternatives of `$or`."""

    conditions: Mapping[str, Condition]
    nested: Mapping[str, Pattern]
    alternatives: tuple[Pattern, ...]

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Return whether the event matches; fields without a condition may be anything."""
        if not all(condition.holds(event, name) for name, condition in self.conditions.items()):
            return False
        for name, pattern in self.nested.items():
            if not any(pattern.matches(each) for each in _objects(event.get(name))):
                return False
        return not self.alternatives or any(each.matches(event) for each in self.alternatives)


def parse_pattern(text: str) -> Pattern:
    """Return the pattern of a JSON text. Raises PatternError."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise PatternError(f"{error.msg} at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise PatternError("it is nested too deeply") from error
    if not isinstance(document, dict):
        raise PatternError("Filter is not an object")
    if not document:
        raise PatternError("Empty event pattern")
    return _object(document)


_ABSENT: Any = object()


def _leaves(value: Any) -> Iterable[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not _ABSENT and not isinstance(value, dict):
        yield value


def _objects(value: Any) -> Iterable[Mapping[str, Any]]:
    """Return the objects of a field: an array's each, an absent field's empty one."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        found = [item for item in value if isinstance(item, dict)]
        yield from found or [{}]
    else:
        yield {}


def _object(document: Mapping[str, Any]) -> Pattern:
    conditions: dict[str, Condition] = {}
    nested: dict[str, Pattern] = {}
    alternatives: tuple[Pattern, ...] = ()
    for name, value in document.items():
        # A field may be called "$or": event-ruler takes it so where the value is not alternatives.
        if name == _OR and isinstance(value, list) and any(isinstance(v, dict) for v in value):
            alternatives = _alternatives(value)
        elif isinstance(value, list):
            conditions[name] = _condition(value)
        elif isinstance(value, dict):
            if not value:
                raise PatternError("Empty objects are not allowed")
            nested[name] = _object(value)
        else:
            raise PatternError(f'"{name}" must be an object or an array')
    return Pattern(conditions, nested, alternatives)


def _alternatives(values: list[Any]) -> tuple[Pattern, ...]:
    if len(values) < 2:
        raise PatternError('There must have at least 2 Objects in "$or" relationship')
    if not all(isinstance(value, dict) and value for value in values):
        raise PatternError('Only JSON object is allowed in array of "$or" relationship')
    return tuple(_object(value) for value in values)


def _condition(values: list[Any]) -> Condition:
    if not values:
        raise PatternError("Empty arrays are not allowed")
    tests, absent = [], False
    for value in values:
        if isinstance(value, list):
            raise PatternError("Match value must be String, number, true, false, or null")
        if not isinstance(value, dict):
            tests.append(_equals(value))
            continue
        operator, operand = _only_entry(value)
        if operator == "exists":
            if not isinstance(operand, bool):
                raise PatternError("exists match pattern must be either true or false.")
            absent = absent or not operand
            if operand:
                tests.append(lambda _value: True)
        elif operator in _OPERATORS:
            tests.append(_OPERATORS[operator](operand))
        else:
            raise PatternError(f"Unrecognized match type {operator}")
    return Condition(tuple(tests), absent)


def _only_entry(value: Mapping[str, Any]) -> tuple[str, Any]:
    if len(value) != 1:
        raise PatternError("Only one key allowed in match expression")
    return next(iter(value.items()))


def _equals(expected: Any) -> Test:
    if _is_number(expected):
        _check_number(expected)
        return lambda value: _is_number(value) and value == expected
    return lambda value: type(value) is type(expected) and value == expected


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_number(value: float) -> None:
    if abs(value) > _NUMBER_LIMIT:
        raise PatternError(f"Value must be between -5.0E9 and 5.0E9, inclusive: {value}")


def _text(operand: Any, operator: str) -> str:
    if not isinstance(operand, str):
        raise PatternError(f"{operator} match pattern must be a string")
    return operand


def _affix(operator: str) -> Callable[[Any], Test]:
    def test_of(operand: Any) -> Test:
        folded = isinstance(operand, dict)
        if folded:
            inner, operand = _only_entry(operand)
            if inner != "equals-ignore-case":
                raise PatternError(f"Unsupported {operator} pattern: {inner}")
        wanted = _text(operand, operator)
        wanted = wanted.lower() if folded else wanted

        def test(value: Any) -> bool:
            if not isinstance(value, str):
                return False
            text = value.lower() if folded else value
            return text.startswith(wanted) if operator == "prefix" else text.endswith(wanted)

        return test

    return test_of


def _ignoring_case(operand: Any) -> Test:
    wanted = _text(operand, "equals-ignore-case").lower()
    return lambda value: isinstance(value, str) and value.lower() == wanted


def _wildcard(operand: Any) -> Test:
    text = _text(operand, "wildcard")
    parts, position, previous_star = [], 0, False
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
            if position == len(text) or text[position] not in "*\\":
                raise PatternError(f"Invalid escape character at pos {position - 1}")
            parts.append(re.escape(text[position]))
        elif character == "*":
            if previous_star:
                raise PatternError(f"Consecutive wildcard characters at pos {position - 1}")
            parts.append(".*")
        else:
            parts.append(re.escape(character))
        previous_star = character == "*"
        position += 1
    expression = re.compile("".join(parts), re.DOTALL)
    return lambda value: isinstance(value, str) and expression.fullmatch(value) is not None


def _numeric(operand: Any) -> Test:
    if not isinstance(operand, list) or len(operand) not in (2, 4):
        raise PatternError("Value of numeric must be an array of one or two comparisons.")
    comparisons = []
    for operator, bound in zip(operand[::2], operand[1::2], strict=True):
        if not isinstance(operator, str) or operator not in _COMPARISONS:
            raise PatternError(f"Unrecognized numeric range operator: {operator}")
        if not _is_number(bound):
            raise PatternError(f"Value of {operator} must be numeric")
        _check_number(bound)
        comparisons.append((_COMPARISONS[operator], bound))
    if len(operand) == 4:
        is_range = operand[0] in (">", ">=") and operand[2] in ("<", "<=")
        if not is_range or operand[1] >= operand[3]:
            raise PatternError("Bottom must be less than top")
    return lambda value: (
        _is_number(value) and all(compare(value, bound) for compare, bound in comparisons)
    )


def _cidr(operand: Any) -> Test:
    text = _text(operand, "cidr")
    if "/" not in text:
        raise PatternError(f"Malformed CIDR, one '/' required: {text}")
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise PatternError(f"Malformed CIDR: {text}") from error

    def test(value: Any) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return test


def _anything_but(operand: Any) -> Test:
    if isinstance(operand, dict):
        operator, inner = _only_entry(operand)
        if operator not in _NEGATABLE:
            raise PatternError(f"Unsupported anything-but pattern: {operator}")
        inner = inner if isinstance(inner, list) else [inner]
        if not inner:
            raise PatternError("Empty arrays are not allowed")
        excluded = [_OPERATORS[operator](each) for each in inner]
        return lambda value: isinstance(value, str) and not any(test(value) for test in excluded)
    values = operand if isinstance(operand, list) else [operand]
    if not values:
        raise PatternError("Empty arrays are not allowed")
    if not (all(isinstance(v, str) for v in values) or all(_is_number(v) for v in values)):
        raise PatternError("Inside anything but list, must be all strings or all numbers")
    unwanted = [_equals(value) for value in values]
    return lambda value: not any(test(value) for test in unwanted)


_OPERATORS: dict[str, Callable[[Any], Test]] = {
    "prefix": _affix("prefix"),
    "suffix": _affix("suffix"),
    "equals-ignore-case": _ignoring_case,
    "wildcard": _wildcard,
    "numeric": _numeric,
    "cidr": _cidr,
    "anything-but": _anything_but,
}
_NEGATABLE = frozenset({"prefix", "suffix", "equals-ignore-case", "wildcard"})
