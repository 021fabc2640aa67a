"""Resolve intrinsic functions in a template's values."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from embedded_aws.cloudformation.errors import not_supported, validation_error
from embedded_aws.cloudformation.template.comparisons import RULE_FUNCTIONS, equal
from embedded_aws.cloudformation.template.subnets import subnets

_SUB_VARIABLE = re.compile(r"\$\{([^!${}][^${}]*)\}")
_SUB_LITERAL = re.compile(r"\$\{!([^{}]*)\}")
_DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:([a-z-]+):([^{}]+)\}\}")
_AVAILABILITY_ZONES = ("a", "b", "c")


class _Marker:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


NO_VALUE = _Marker("AWS::NoValue")
# While a change set is planned: the value of something that does not exist yet.
UNKNOWN = _Marker("known after apply")


class References(Protocol):
    """The source of values that belong to resources and to other stacks."""

    def ref(self, logical_id: str) -> Any:
        """Return a resource's `Ref` value, or UNKNOWN while planning."""

    def attribute(self, logical_id: str, name: str) -> Any:
        """Return a resource's attribute, or UNKNOWN while planning."""

    def import_value(self, name: str) -> Any:
        """Return the value of an export."""

    def ssm_parameter(self, name: str) -> str:
        """Return the value of `{{resolve:ssm:name}}`."""


@dataclass(frozen=True)
class Scope:
    """What a template's functions can see besides resources."""

    parameters: Mapping[str, Any]
    pseudo_parameters: Mapping[str, Any]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, bool] = field(default_factory=dict)


class Resolver:
    """Replaces the intrinsic functions in a template's values.

    Raises ApiError (ValidationError) for invalid functions; errors of `references` pass through.
    """

    def __init__(self, scope: Scope, references: References) -> None:
        self._scope = scope
        self._references = references
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self._condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": self._base64,
            "Fn::GetAZs": self._get_azs,
            "Fn::Cidr": self._cidr,
            "Fn::ImportValue": self._import_value,
            "Fn::If": self._if,
            "Fn::Equals": self._equals,
            "Fn::And": lambda value: all(self._boolean_list("Fn::And", value)),
            "Fn::Or": lambda value: any(self._boolean_list("Fn::Or", value)),
            "Fn::Not": lambda value: not self._boolean_list("Fn::Not", value)[0],
            **{name: functools.partial(self._rule, name) for name in RULE_FUNCTIONS},
        }

    def resolve(self, value: Any) -> Any:
        """Return `value` with every function replaced; NO_VALUE members are dropped."""
        if isinstance(value, dict):
            function = _function_name(value)
            if function is not None:
                return self._call(function, value[function])
            resolved = {key: self.resolve(item) for key, item in value.items()}
            return {key: item for key, item in resolved.items() if item is not NO_VALUE}
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if isinstance(value, str) and "{{resolve:" in value:
            return self._dynamic(value)
        return value

    def condition(self, expression: Any) -> bool:
        """Return the truth of a condition function."""
        result = self.resolve(expression)
        if not isinstance(result, bool):
            raise validation_error(
                f"Template error: a condition has to be a condition function, got {expression!r}."
            )
        return result

    def _call(self, function: str, argument: Any) -> Any:
        implementation = self._functions.get(function)
        if implementation is None:
            raise not_supported(f"the function {function}")
        return implementation(argument)

    def _ref(self, name: Any) -> Any:
        if name in self._scope.parameters:
            return self._scope.parameters[name]
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self._scope.pseudo_parameters:
            return self._scope.pseudo_parameters[name]
        return self._references.ref(str(name))

    def _get_att(self, argument: Any) -> Any:
        logical_id, name = split_get_att(argument)
        return self._references.attribute(logical_id, str(self.resolve(name)))

    def _sub(self, argument: Any) -> Any:
        text, variables = argument if isinstance(argument, list) else (argument, {})
        if not isinstance(text, str) or not isinstance(variables, dict):
            raise _misuse("Fn::Sub", "a string, or a string and an object of variables")
        unknown = False

        def substitute(match: re.Match[str]) -> str:
            nonlocal unknown
            name = match[1].strip()
            if name in variables:
                value = self.resolve(variables[name])
            elif name in self._scope.parameters or "." not in name:
                value = self._ref(name)
            else:
                value = self._get_att(name.split(".", 1))
            unknown = unknown or contains_unknown(value)
            return _as_text("Fn::Sub", value)

        result = _SUB_LITERAL.sub(r"${\1}", _SUB_VARIABLE.sub(substitute, text))
        return UNKNOWN if unknown else self._dynamic(result)

    def _join(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            raise _misuse("Fn::Join", "[delimiter, list]")
        items = self.resolve(argument[1])
        if contains_unknown(items):
            return UNKNOWN
        if not isinstance(items, list):
            raise _misuse("Fn::Join", "[delimiter, list]")
        return self._dynamic(str(argument[0]).join(_as_text("Fn::Join", item) for item in items))

    def _select(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            raise _misuse("Fn::Select", "[index, list]")
        index, items = self.resolve(argument[0]), self.resolve(argument[1])
        if items is UNKNOWN:
            return UNKNOWN
        if not isinstance(items, list) or not 0 <= int(index) < len(items):
            raise validation_error(
                f"Template error: Fn::Select cannot select nonexistent value at index {index}."
            )
        return items[int(index)]

    def _split(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            raise _misuse("Fn::Split", "[delimiter, string]")
        source = self.resolve(argument[1])
        return UNKNOWN if source is UNKNOWN else str(source).split(str(argument[0]))

    def _find_in_map(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 3:
            raise _misuse("Fn::FindInMap", "[map, top level key, second level key]")
        names = [self.resolve(item) for item in argument]
        found: Any = self._scope.mappings
        for name in names:
            if not isinstance(found, Mapping) or str(name) not in found:
                raise validation_error(
                    f"Template error: Unable to get mapping for {'::'.join(map(str, names))}."
                )
            found = found[str(name)]
        return found

    def _base64(self, argument: Any) -> Any:
        text = self.resolve(argument)
        return UNKNOWN if text is UNKNOWN else base64.b64encode(str(text).encode()).decode()

    def _get_azs(self, argument: Any) -> list[str]:
        region = self.resolve(argument) or self._scope.pseudo_parameters["AWS::Region"]
        return [f"{region}{zone}" for zone in _AVAILABILITY_ZONES]

    def _cidr(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) not in (2, 3):
            raise _misuse("Fn::Cidr", "[ip block, count, cidr bits]")
        block, count, *bits = (self.resolve(item) for item in argument)
        return UNKNOWN if block is UNKNOWN else subnets(block, count, bits[0] if bits else 8)

    def _import_value(self, argument: Any) -> Any:
        return self._references.import_value(_as_text("Fn::ImportValue", self.resolve(argument)))

    def _condition(self, name: Any) -> bool:
        if name not in self._scope.conditions:
            raise validation_error(f"Template error: unresolved condition dependency {name}.")
        return self._scope.conditions[name]

    def _if(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 3:
            raise _misuse("Fn::If", "[condition, value if true, value if false]")
        return self.resolve(argument[1] if self._condition(argument[0]) else argument[2])

    def _equals(self, argument: Any) -> bool:
        left, right = self._pair("Fn::Equals", argument)
        return equal(left, right)

    def _rule(self, function: str, argument: Any) -> bool:
        left, right = self._pair(function, argument)
        return RULE_FUNCTIONS[function](left, right)

    def _pair(self, function: str, argument: Any) -> tuple[Any, Any]:
        if not isinstance(argument, list) or len(argument) != 2:
            raise _misuse(function, "two values")
        return self.resolve(argument[0]), self.resolve(argument[1])

    def _boolean_list(self, function: str, argument: Any) -> list[bool]:
        low, high = (1, 1) if function == "Fn::Not" else (2, 10)
        if not isinstance(argument, list) or not low <= len(argument) <= high:
            raise _misuse(function, f"a list of {low} to {high} conditions")
        return [self.condition(item) for item in argument]

    def _dynamic(self, text: str) -> str:
        def substitute(match: re.Match[str]) -> str:
            if match[1] != "ssm":
                raise not_supported(f"the dynamic reference {match[0]}")
            return self._references.ssm_parameter(match[2])

        return _DYNAMIC_REFERENCE.sub(substitute, text)


def split_get_att(argument: Any) -> tuple[str, Any]:
    """Return the logical id and attribute of a Fn::GetAtt argument."""
    if isinstance(argument, str) and "." in argument:
        argument = argument.split(".", 1)
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        raise _misuse("Fn::GetAtt", "[logical id, attribute]")
    return argument[0], argument[1]


def sub_variables(argument: Any) -> list[str]:
    """Return the names that a Fn::Sub argument takes from the template, not its own variables."""
    text, variables = argument if isinstance(argument, list) else (argument, {})
    names = [name.strip() for name in _SUB_VARIABLE.findall(text)]
    return [name for name in names if name not in variables]


def contains_unknown(value: Any) -> bool:
    """Return whether a resolved value depends on something that does not exist yet."""
    if isinstance(value, dict):
        return any(map(contains_unknown, value.values()))
    if isinstance(value, list):
        return any(map(contains_unknown, value))
    return value is UNKNOWN


def _function_name(value: dict[str, Any]) -> str | None:
    if len(value) != 1:
        return None
    name = next(iter(value))
    # "Condition" is also an ordinary key (of an IAM statement): only text names a condition.
    if name == "Condition":
        return name if isinstance(value[name], str) else None
    return name if name == "Ref" or str(name).startswith("Fn::") else None


def _as_text(function: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if value is UNKNOWN:
        return ""
    raise validation_error(f"Template error: every {function} value must be a string, got {value}.")


def _misuse(function: str, expected: str) -> Exception:
    return validation_error(f"Template error: {function} takes {expected}.")
