"""Check a request against the constraints that botocore's model of SageMaker declares."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from moto.core.utils import get_service_model

from embedded_aws.gateway import ApiCall
from embedded_aws.sagemaker.errors import invalid

_NAMES_SHOWN = 12
# Java's classes that Python's `re` does not have; the API uses them only inside [...].
_JAVA = {
    r"\p{Alnum}": "0-9A-Za-z",
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": r"\s",
    r"\p{M}": "\u0300-\u036f",
    r"\p{S}": "$+<=>^`|~\u00a2-\u00b8\u2030-\u2bff",
    r"\p{P}": r"!-#%-*,-/:;?@\[\\\]_{}\u00a1-\u00bf\u2010-\u2030",
    r"\uD800\uDC00-\uDBFF\uDFFF": "\U00010000-\U0010ffff",
    "${": "(?:$){",
}


def check_constraints(call: ApiCall) -> None:
    """Raise one ValidationException that lists every member the service's model refuses."""
    shape = get_service_model(call.service).operation_model(call.operation).input_shape
    problems = [] if shape is None else list(_problems(shape, call.params, ""))
    if problems:
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected"
        raise invalid(f"{count}: {'; '.join(problems)}")


def _problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if value.get(name) is None:
                yield _problem(None, _join(path, name), "Member must not be null")
        for name, member in value.items():
            if member is not None and name in shape.members:
                yield from _problems(shape.members[name], member, _join(path, name))
    elif isinstance(shape, ListShape):
        yield from _length_problems(shape, value, len(value), path, "length")
        for number, item in enumerate(value, start=1):
            yield from _problems(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        yield from _length_problems(shape, value, len(value), path, "length")
        for key, item in value.items():
            yield from _problems(shape.key, key, path)
            yield from _problems(shape.value, item, f"{path}.{key}.member")
    elif shape.type_name == "string":
        yield from _length_problems(shape, value, len(value), path, "length")
        yield from _text_problems(shape, value, path)
    elif shape.type_name in {"integer", "long", "float", "double"}:
        yield from _length_problems(shape, value, value, path, "value")


def _length_problems(shape: Shape, value: Any, size: float, path: str, what: str) -> Iterator[str]:
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")
    if minimum is not None and size < minimum:
        yield _problem(value, path, f"Member must have {what} greater than or equal to {minimum}")
    if maximum is not None and size > maximum:
        yield _problem(value, path, f"Member must have {what} less than or equal to {maximum}")


def _text_problems(shape: Shape, value: str, path: str) -> Iterator[str]:
    pattern = shape.metadata.get("pattern")
    if pattern and not compile_pattern(pattern).fullmatch(value):
        yield _problem(value, path, f"Member must satisfy regular expression pattern: {pattern}")
    allowed = list(shape.metadata.get("enum", ()))
    if allowed and value not in allowed:
        shown = allowed
        if len(allowed) > _NAMES_SHOWN:
            near = difflib.get_close_matches(value, allowed, n=3, cutoff=0.0)
            shown = [*near, f"and {len(allowed) - len(near)} more"]
        yield _problem(value, path, f"Member must satisfy enum value set: [{', '.join(shown)}]")


@functools.cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return a pattern of the API, as Python matches it (`fullmatch`)."""
    for java, python in _JAVA.items():
        pattern = pattern.replace(java, python)
    return re.compile(pattern)


def _problem(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    """Join member names as AWS's messages do, with a lower-case first letter."""
    name = name[:1].lower() + name[1:]
    return f"{path}.{name}" if path else name
