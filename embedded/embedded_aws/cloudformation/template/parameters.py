"""Resolve a stack's parameters: defaults, previous values, constraints, values from SSM."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embedded_aws.cloudformation.errors import not_supported, validation_error
from embedded_aws.cloudformation.template.limits import PARAMETER_VALUE_BYTES

_SSM_VALUE = re.compile(r"^AWS::SSM::Parameter::Value<(String|List<String>|CommaDelimitedList)>$")
_LIST_TYPES = {"CommaDelimitedList", "List<Number>", "List<String>"}
_PLAIN_TYPES = {"String", "Number", "AWS::SSM::Parameter::Name"} | _LIST_TYPES
_DECLARATIONS = {
    "Type",
    "Default",
    "Description",
    "NoEcho",
    "AllowedValues",
    "AllowedPattern",
    "ConstraintDescription",
    "MinLength",
    "MaxLength",
    "MinValue",
    "MaxValue",
}
_MASK = "****"

# Parameter names -> values; raises ApiError when one does not exist.
SsmReader = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True)
class StackParameter:
    """One parameter of a stack: `given` as passed in, `value` as `Ref` sees it."""

    key: str
    given: str
    value: str | list[str]
    from_ssm: bool = False
    no_echo: bool = False

    def describe(self) -> dict[str, Any]:
        """Return the parameter as DescribeStacks lists it."""
        shown: dict[str, Any] = {
            "ParameterKey": self.key,
            "ParameterValue": _MASK if self.no_echo else self.given,
        }
        if self.from_ssm:
            text = self.value if isinstance(self.value, str) else ",".join(self.value)
            shown["ResolvedValue"] = _MASK if self.no_echo else text
        return shown


def resolve_parameters(
    declared: Mapping[str, Mapping[str, Any]],
    given: Sequence[Mapping[str, Any]],
    previous: Mapping[str, StackParameter],
    read_ssm: SsmReader,
) -> dict[str, StackParameter]:
    """Return values for every declared parameter.

    SSM-typed parameters are read anew each time, also where the previous value (the *name* of
    the SSM parameter) is used again: that is how a stack follows a changed SSM parameter.

    Args:
        declared: the template's `Parameters` section.
        given: the request's `Parameters` members.
        previous: the stack's parameters before, empty for a new stack.

    Raises:
        ApiError: ValidationError for missing, unknown or unacceptable values.
    """
    texts = _given_texts(declared, given, previous)
    for key, declaration in declared.items():
        _check_declaration(key, declaration)
    ssm_names = [texts[key] for key, item in declared.items() if _SSM_VALUE.match(item["Type"])]
    ssm_values = read_ssm(sorted(set(ssm_names))) if ssm_names else {}
    return {
        key: _resolve(key, declaration, texts[key], ssm_values)
        for key, declaration in declared.items()
    }


def _given_texts(
    declared: Mapping[str, Mapping[str, Any]],
    given: Sequence[Mapping[str, Any]],
    previous: Mapping[str, StackParameter],
) -> dict[str, str]:
    unknown = [item["ParameterKey"] for item in given if item["ParameterKey"] not in declared]
    if unknown:
        raise validation_error(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    texts = {key: _text(item["Default"]) for key, item in declared.items() if "Default" in item}
    for item in given:
        key = item["ParameterKey"]
        if not item.get("UsePreviousValue"):
            texts[key] = item.get("ParameterValue", "")
        elif item.get("ParameterValue"):
            raise validation_error(
                f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as true "
                "and non empty value for a parameter"
            )
        elif key not in previous:
            raise validation_error(
                f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as true "
                "for a parameter key not in the previous template"
            )
        else:
            texts[key] = previous[key].given
    missing = [key for key in declared if key not in texts]
    if missing:
        raise validation_error(f"Parameters: [{', '.join(missing)}] must have values")
    return texts


def _check_declaration(key: str, declaration: Mapping[str, Any]) -> None:
    unknown = sorted(set(declaration) - _DECLARATIONS)
    if unknown:
        raise validation_error(
            f"Template format error: parameter {key} has unknown attributes {', '.join(unknown)}."
        )
    kind = declaration.get("Type")
    if kind not in _PLAIN_TYPES and not _SSM_VALUE.match(str(kind)):
        raise not_supported(
            f"the type {kind} of parameter {key}; supported: {', '.join(sorted(_PLAIN_TYPES))}, "
            "AWS::SSM::Parameter::Value<String>, AWS::SSM::Parameter::Value<List<String>>"
        )


def _resolve(
    key: str, declaration: Mapping[str, Any], text: str, ssm_values: Mapping[str, str]
) -> StackParameter:
    kind = declaration["Type"]
    from_ssm = _SSM_VALUE.match(kind)
    no_echo = str(declaration.get("NoEcho", False)).lower() == "true"
    value: str | list[str]
    if from_ssm:
        source = ssm_values[text]
        value = source if from_ssm[1] == "String" else _split(source)
    elif kind in _LIST_TYPES:
        value = _split(text)
    else:
        value = text
    # Constraints hold for what was given: for an SSM type, the parameter's name.
    members = value if isinstance(value, list) and not from_ssm else [text]
    for member in members:
        _check_value(key, declaration, member)
    return StackParameter(key, text, value, bool(from_ssm), no_echo)


def _check_value(key: str, declaration: Mapping[str, Any], text: str) -> None:
    if len(text.encode()) > PARAMETER_VALUE_BYTES:
        raise validation_error(
            f"Parameter '{key}' must have a value of at most {PARAMETER_VALUE_BYTES} bytes; "
            f"got {len(text.encode())}."
        )
    if "Number" in declaration["Type"]:
        _check_number(key, declaration, text)
    allowed = [_text(item) for item in declaration.get("AllowedValues", [])]
    if allowed and text not in allowed:
        raise _refused(
            key, declaration, f"Parameter '{key}' must be one of {', '.join(allowed)}; got {text!r}"
        )
    pattern = declaration.get("AllowedPattern")
    if pattern is not None and not re.fullmatch(str(pattern), text):
        raise _refused(key, declaration, f"{text!r} must match pattern {pattern}")
    if len(text) < int(declaration.get("MinLength", 0)):
        raise _refused(key, declaration, f"minimum length is {declaration['MinLength']}")
    if "MaxLength" in declaration and len(text) > int(declaration["MaxLength"]):
        raise _refused(key, declaration, f"maximum length is {declaration['MaxLength']}")


def _check_number(key: str, declaration: Mapping[str, Any], text: str) -> None:
    try:
        number = float(text)
    except ValueError as error:
        raise _refused(key, declaration, f"{text!r} is not a number") from error
    if "MinValue" in declaration and number < float(declaration["MinValue"]):
        raise _refused(key, declaration, f"{text} is below {declaration['MinValue']}")
    if "MaxValue" in declaration and number > float(declaration["MaxValue"]):
        raise _refused(key, declaration, f"{text} is above {declaration['MaxValue']}")


def _refused(key: str, declaration: Mapping[str, Any], why: str) -> Exception:
    reason = declaration.get("ConstraintDescription", why)
    return validation_error(f"Parameter '{key}' failed to satisfy constraint: {reason}")


def _split(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")] if text else [""]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
