"""Evaluate JSONata as Step Functions does: values stay values, null differs from undefined."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

from embedded_aws.stepfunctions.library.jsonata_functions import FUNCTIONS

_EXPRESSION = re.compile(r"^\{%(.*)%\}$", re.DOTALL)


class JsonataError(Exception):
    """An expression is invalid, fails, or has no JSON value. The message ends a sentence."""


def find_expression(text: str) -> str | None:
    """Return the text between `{%` and `%}`; None for a plain string."""
    match = _EXPRESSION.match(text)
    return match[1].strip() if match else None


def check_syntax(expression: str) -> None:
    """Raise JsonataError when the expression does not parse."""
    try:
        errors = Jsonata(expression).get_errors()
    except JException as error:
        raise JsonataError(_sentence(error)) from error
    if errors:
        raise JsonataError(_sentence(errors[0]))


def evaluate(expression: str, bindings: Mapping[str, Any]) -> Any:
    """Return the JSON value of `expression` with `$name` bound to each of `bindings`.

    Raises:
        JsonataError: syntax error, failed evaluation, undefined, or a function as the result.
    """
    try:
        compiled = Jsonata(expression)
        compiled.set_output_convert_nulls(False)
        frame = compiled.create_frame()
        for name, function in FUNCTIONS.items():
            frame.bind(name, Jsonata.JLambda(_on_json_values(function)))
        for name, value in bindings.items():
            frame.bind(name, _to_jsonata(value))
        result = compiled.evaluate(None, frame)
    except JsonataError:
        raise
    except Exception as error:
        raise JsonataError(_sentence(error)) from error
    if result is None:
        raise JsonataError("returned nothing (undefined)")
    return _from_jsonata(result)


def _on_json_values(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        return _to_jsonata(function(*(_from_jsonata(value) for value in arguments)))

    return call


def _to_jsonata(value: Any) -> Any:
    """Convert to the library's values, where None is undefined and null has a value of its own."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _to_jsonata(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_to_jsonata(member) for member in value]
    return value


def _from_jsonata(value: Any) -> Any:
    if value is Utils.NULL_VALUE or value is None:
        return None
    if isinstance(value, dict):
        return {str(key): _from_jsonata(member) for key, member in value.items()}
    if isinstance(value, Utils.RangeList):  # its iterator leaves out the last number
        return [value[index] for index in range(len(value))]
    if isinstance(value, list | tuple):
        return [_from_jsonata(member) for member in value]
    if isinstance(value, float):
        return _plain_number(value)
    if isinstance(value, bool | int | str):
        return value
    raise JsonataError("returned an unsupported result type, such as a function")


def _plain_number(value: float) -> int | float:
    if not math.isfinite(value):
        raise JsonataError("returned a number that JSON cannot carry")
    return value


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
