"""Evaluate JSONata as Step Functions does: values stay values, null differs from undefined."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

from embedded_aws.stepfunctions.library.jsonata_functions import FUNCTIONS

# The parts of a node of the syntax tree; in some, names belong to what the node found.
_OF_THE_NODE = ("stages", "predicate", "group", "terms")
_PARTS = (
    *_OF_THE_NODE,
    "arguments",
    "procedure",
    "body",
    "lhs",
    "rhs",
    "lhs_object",
    "rhs_object",
    "expressions",
    "expression",
    "condition",
    "then",
    "_else",
)
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


def find_unsupported(expression: str) -> list[str]:
    """Return what Step Functions refuses in an expression that parses, in AWS's words.

    There is no document that a name, `$` or `$$` could refer to (floci-io/floci issues 2670, 2745).
    """
    return list(dict.fromkeys(_unsupported(Jsonata(expression).ast, set(), has_context=False)))


def _unsupported(node: Any, seen: set[int], *, has_context: bool) -> Iterator[str]:
    if isinstance(node, list | tuple):
        for member in node:
            yield from _unsupported(member, seen, has_context=has_context)
        return
    if node is None or id(node) in seen:  # nodes refer back to others
        return
    seen.add(id(node))
    kind = getattr(node, "type", None)
    if kind == "name" and not has_context:
        yield f"Reference to '{node.value}' at the top level is not supported."
    elif kind in ("wildcard", "descendant") and not has_context:
        yield "Wildcards at the top level are not supported."
    elif kind == "variable" and (node.value == "$" or (node.value == "" and not has_context)):
        yield f"Reference to '${node.value}' is not supported."
    elif kind == "function" and getattr(node.procedure, "value", None) == "eval":
        yield "The function '$eval' is not supported."
    elif kind == "path":
        for index, step in enumerate(node.steps):
            yield from _unsupported(step, seen, has_context=has_context or index > 0)
    if kind == "lambda":
        has_context = True  # what a function is applied to is not known before
    for part in _PARTS:
        inside = has_context or part in _OF_THE_NODE
        yield from _unsupported(getattr(node, part, None), seen, has_context=inside)


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
