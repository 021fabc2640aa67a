"""Check what a state computes: paths, payload templates, JSONata expressions, variable names."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from jsonpath_ng.ext.parser import parse

from embedded_aws.stepfunctions.definitions.problems import Problem, schema
from embedded_aws.stepfunctions.library.jsonata_engine import (
    JsonataError,
    check_syntax,
    find_expression,
    find_unsupported,
)
from embedded_aws.stepfunctions.library.jsonpath_replacements import parse_intrinsic

_VARIABLE = re.compile(r"^[A-Za-z_\u0080-\U0010ffff][\w\u0080-\U0010ffff]*$")
_MANY = re.compile(r"[*?@]|\.\.|\[[^\]'\"]*[:,]")  # what may match several nodes
# JSON objects whose keys may end in `.$`.
TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector")


def check_path(value: Any, where: str) -> Iterator[Problem]:
    """Yield a problem unless the value is a JSONPath, of the input, the context or a variable."""
    if not isinstance(value, str) or not value.startswith("$") or not _is_readable(value):
        yield schema("Value must be a valid JSONPath.", where)


def check_reference_path(value: Any, where: str, *, in_input: bool = True) -> Iterator[Problem]:
    """Yield a problem unless the value names one node; `in_input`: of the state's input only."""
    if not isinstance(value, str) or not value.startswith("$"):
        message = "Value is not a Reference Path: Reference path didn't start with '$'"
        yield schema(message, where)
    elif _MANY.search(value) or (in_input and value.startswith("$$")) or not _is_readable(value):
        yield schema("Value is not a Reference Path", where)


def check_template(value: Any, where: str) -> Iterator[Problem]:
    """Yield the problems of a payload template in JSONPath."""
    if isinstance(value, list):
        for member in value:
            yield from check_template(member, where)
    if not isinstance(value, dict):
        return
    for key, member in value.items():
        if not key.endswith(".$"):
            yield from check_template(member, where)
        elif not isinstance(member, str) or not _is_path_or_call(member):
            yield schema(
                f"The value for the field '{key}' must be a valid JSONPath or a valid intrinsic "
                "function call",
                where,
            )


def find_dollar_warnings(value: Any, where: str) -> Iterator[Problem]:
    """Yield a warning for each text of a payload template that looks like a path and is none."""
    if isinstance(value, list):
        for member in value:
            yield from find_dollar_warnings(member, where)
    elif isinstance(value, dict):
        for key, member in value.items():
            looks_so = isinstance(member, str) and re.match(r"\$[.$\[]|States\.\w+\(", member)
            if looks_so and not key.endswith(".$"):
                message = (
                    f"The field '{key}' has a value that looks like a path or an intrinsic "
                    "function, but its name does not end in '.$'"
                )
                yield Problem("NO_DOLLAR", message, where, "WARNING")
            yield from find_dollar_warnings(member, where)


def check_expressions(value: Any, where: str) -> Iterator[Problem]:
    """Yield the problems of the JSONata expressions in a value, with the place of each."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from check_expressions(member, f"{where}/{key}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from check_expressions(member, f"{where}[{index}]")
    elif isinstance(value, str):
        yield from _check_expression(value, where)


def check_variable_names(declared: Any, where: str, *, is_template: bool) -> Iterator[Problem]:
    """Yield the problems of the names in `Assign`."""
    if not isinstance(declared, dict):
        yield schema("Expected value of type Object", where)
        return
    for key in declared:
        name = key.removesuffix(".$") if is_template else key
        if name == "states":
            message = "Cannot assign to reserved variable '$states'."
            yield Problem("RESERVED_VARIABLE_NAME", message, f"{where}/{key}")
        elif not _VARIABLE.match(name):
            message = (
                f"Invalid variable name '{name}': the variable name contains invalid characters."
            )
            yield Problem("INVALID_VARIABLE_NAME", message, f"{where}/{key}")
        elif len(name) > 80:
            message = f"Invalid variable name '{name}': it has more than 80 characters."
            yield Problem("INVALID_VARIABLE_NAME", message, f"{where}/{key}")


def _check_expression(text: str, where: str) -> Iterator[Problem]:
    expression = find_expression(text)
    if expression is None:
        if text.startswith("{%") or text.endswith("%}"):
            yield schema("JSONata string must start with {% and end with %}", where)
        return
    try:
        check_syntax(expression)
    except JsonataError as error:
        message = f"the JSONata expression '{expression}' is invalid: {error}"
        yield Problem("INVALID_JSONATA_EXPRESSION", message, where)
        return
    for message in find_unsupported(expression):
        yield Problem("UNSUPPORTED_JSONATA_EXPRESSION", message, where)


def _is_path_or_call(text: str) -> bool:
    if not text.startswith("States."):
        return text.startswith("$") and _is_readable(text)
    try:
        parse_intrinsic(text)
    except Exception:  # noqa: BLE001 - the parser raises whatever it stumbles over
        return False
    return True


@functools.lru_cache(maxsize=1024)
def _is_readable(path: str) -> bool:
    if re.match(r"^\$\w", path):
        path = "$." + path[1:]  # a variable's
    try:
        parse(path.removeprefix("$") if path.startswith("$$") else path)
    except Exception:  # noqa: BLE001 - the parser raises whatever it stumbles over
        return False
    return True
