"""The `Condition` block: operators, `...IfExists` and the set operators."""

from __future__ import annotations

import base64
import binascii
import datetime
import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embedded_aws.iam.policy.context import Context
from embedded_aws.iam.policy.patterns import Pattern

# (value of the request, value of the policy) -> whether they fit
_Comparison = Callable[[str, str], bool]
_Matcher = Callable[[str, Context], bool]


class PolicySyntaxError(ValueError):
    """A policy document that AWS would refuse; the sentence names the problem and its place."""


@dataclass(frozen=True)
class Condition:
    """One key of one operator, such as `StringLike: {s3:prefix: [...]}`."""

    key: str
    matchers: tuple[_Matcher, ...]
    negated: bool
    if_exists: bool
    quantifier: str | None  # "forallvalues", "foranyvalue"

    def holds(self, context: Context) -> bool:
        """Return whether the request satisfies this condition, with AWS's rules for absent keys."""
        values = context.get(self.key)
        if not values:
            return self._holds_when_absent()
        if self.quantifier == "forallvalues":
            return all(self._fits(value, context) for value in values)
        if self.quantifier == "foranyvalue" or not self.negated:
            return any(self._fits(value, context) for value in values)
        return all(self._fits(value, context) for value in values)

    def _holds_when_absent(self) -> bool:
        if self.quantifier == "foranyvalue":
            return self.if_exists
        return self.if_exists or self.negated or self.quantifier == "forallvalues"

    def _fits(self, value: str, context: Context) -> bool:
        return any(matcher(value, context) for matcher in self.matchers) != self.negated


@dataclass(frozen=True)
class NullCondition:
    """`Null: {key: true}`: the key is absent (true) or present (false)."""

    key: str
    absent: bool

    def holds(self, context: Context) -> bool:
        """Return whether the key is absent or present, as the condition requires."""
        return (not context.get(self.key)) == self.absent


def compile_conditions(
    block: Any, *, variables: bool, where: str
) -> tuple[Condition | NullCondition, ...]:
    """Compile all conditions of a statement's `Condition` block.

    Raises:
        PolicySyntaxError: the block is not a map of maps or names an unknown operator.
    """
    if not isinstance(block, Mapping):
        raise PolicySyntaxError(f"{where}.Condition must be an object, got {block!r}")
    conditions = []
    for operator, keys in block.items():
        if not isinstance(keys, Mapping):
            raise PolicySyntaxError(f"{where}.Condition.{operator} must be an object, got {keys!r}")
        for key, raw in keys.items():
            values = [_text(value) for value in (raw if isinstance(raw, list) else [raw])]
            conditions.append(
                _compile(operator, key, values, variables, f"{where}.Condition.{operator}")
            )
    return tuple(conditions)


def _compile(
    operator: str, key: str, values: Sequence[str], variables: bool, where: str
) -> Condition | NullCondition:
    quantifier, _, name = operator.lower().rpartition(":")
    if_exists = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    if name == "null":
        return NullCondition(key, values[0].lower() == "true")
    negated = "not" in name
    base = name.replace("not", "", 1)
    if quantifier not in {"", "forallvalues", "foranyvalue"}:
        raise PolicySyntaxError(f"{where}: unknown set operator in {operator!r}")
    matchers: tuple[_Matcher, ...]
    if base in _PATTERN_OPERATORS:
        options = _PATTERN_OPERATORS[base]
        matchers = tuple(Pattern(value, variables=variables, **options).matches for value in values)
    elif base in _COMPARISONS:
        if negated and base not in _NEGATABLE:
            raise PolicySyntaxError(f"{where}: unknown condition operator {operator!r}")
        matchers = tuple(
            _comparison_matcher(_COMPARISONS[base], Pattern(value, variables=variables))
            for value in values
        )
    else:
        known = ", ".join(sorted([*_PATTERN_OPERATORS, *_COMPARISONS, "null"]))
        raise PolicySyntaxError(
            f"{where}: unknown condition operator {operator!r}; known (with Not..., "
            f"...IfExists, ForAllValues:, ForAnyValue:): {known}"
        )
    return Condition(key, matchers, negated, if_exists, quantifier or None)


def _comparison_matcher(compare: _Comparison, expected: Pattern) -> _Matcher:
    def matches(value: str, context: Context) -> bool:
        resolved = expected.resolve(context)
        if resolved is None:
            return False
        try:
            return compare(value, resolved)
        except (ValueError, binascii.Error):  # a value of another type fits nothing
            return False

    return matches


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _moment(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromtimestamp(float(text), datetime.UTC)
    except ValueError:
        moment = datetime.datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _in_network(address: str, network: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)


# Options of `Pattern` for the operators that compare text.
_PATTERN_OPERATORS: dict[str, dict[str, bool]] = {
    "stringequals": {"wildcards": False},
    "stringequalsignorecase": {"wildcards": False, "ignore_case": True},
    "stringlike": {},
    "arnequals": {"arn": True},  # AWS: ArnEquals and ArnLike behave identically
    "arnlike": {"arn": True},
}
_COMPARISONS: dict[str, _Comparison] = {
    "numericequals": lambda value, expected: float(value) == float(expected),
    "numericlessthan": lambda value, expected: float(value) < float(expected),
    "numericlessthanequals": lambda value, expected: float(value) <= float(expected),
    "numericgreaterthan": lambda value, expected: float(value) > float(expected),
    "numericgreaterthanequals": lambda value, expected: float(value) >= float(expected),
    "dateequals": lambda value, expected: _moment(value) == _moment(expected),
    "datelessthan": lambda value, expected: _moment(value) < _moment(expected),
    "datelessthanequals": lambda value, expected: _moment(value) <= _moment(expected),
    "dategreaterthan": lambda value, expected: _moment(value) > _moment(expected),
    "dategreaterthanequals": lambda value, expected: _moment(value) >= _moment(expected),
    "bool": lambda value, expected: value.lower() == expected.lower(),
    "binaryequals": lambda value, expected: (
        base64.b64decode(value, validate=True) == base64.b64decode(expected, validate=True)
    ),
    "ipaddress": _in_network,
}
_NEGATABLE = frozenset({"numericequals", "dateequals", "ipaddress"})
