"""Write values of settings and templates as people read them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

ABSENT = object()
"""In place of a value that there is not."""
_LONGEST = 60
_HASH = re.compile(r"[0-9A-F]{8}$")
_VARIABLE = re.compile(r"\$\{([^}]+)\}")


def plain_name(logical_id: str) -> str:
    """Return a logical id without the hash that the CDK ends it with.

    Example:
        >>> plain_name("TrainingRoleDefaultPolicy5E3F0A1B")
        'TrainingRoleDefaultPolicy'
    """
    return _HASH.sub("", logical_id)


def text_of(value: Any) -> str:
    """Return a value of a template in one line; functions are written as what they stand for.

    Example:
        >>> text_of({"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", {"Ref": "B"}]]})
        'arn:${AWS::Partition}:s3:::${B}'
    """
    if isinstance(value, Mapping) and len(value) == 1:
        ((function, given),) = value.items()
        if function == "Ref":
            return f"${{{plain_name(given)}}}"
        if function == "Fn::GetAtt":
            name, attribute = given.split(".", 1) if isinstance(given, str) else given
            return f"${{{plain_name(name)}.{attribute}}}"
        if function == "Fn::ImportValue":
            return f"${{{plain_name(text_of(given).rpartition(':')[2])}}}"
        if function == "Fn::Join":
            return str(given[0]).join(map(text_of, given[1]))
        if function == "Fn::Sub":
            text = given if isinstance(given, str) else given[0]
            return _VARIABLE.sub(lambda found: f"${{{plain_name(found[1])}}}", text)
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def shown_value(value: Any) -> str:
    """Return a setting, or a property of a resource; long ones are cut.

    Example:
        >>> shown_value(["a", "b"]), shown_value(None), shown_value(True), shown_value(0.9)
        ('a, b', 'not set', 'yes', '0.9')
    """
    if value is None or value is ABSENT:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        text = ", ".join(text_of(item) for item in value) or "none"
    else:
        text = text_of(value)
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _LONGEST else f"{one_line[: _LONGEST - 3]}..."


def change_text(path: str, was: Any, becomes: Any) -> str:
    """Return what changes at a path; of lists, what they gain and lose.

    Example:
        >>> change_text("predictors", ["a", "b"], ["b", "c"])
        'predictors: adds c; drops a'
    """
    if not isinstance(was, list) or not isinstance(becomes, list):
        return f"{path}: {shown_value(was)} -> {shown_value(becomes)}"
    added, gone = (
        ", ".join(shown_value(item) for item in these if item not in those)
        for these, those in ((becomes, was), (was, becomes))
    )
    told = [f"adds {added}"] if added else []
    told += [f"drops {gone}"] if gone else []
    return f"{path}: {'; '.join(told) or 'in another order'}"


def document_of(value: Any) -> Any:
    """Return the JSON document that a property holds as text; else the property."""
    text = text_of(value)
    if not text.startswith("{"):
        return value
    try:
        return json.loads(text)
    except ValueError:
        return value


def differences(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield path, old and new value of each thing that differs.

    Lists are compared whole, but those of as many structures one by one.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not _is_function(after):
        for name in dict.fromkeys((*before, *after)):
            inner = f"{path}.{name}" if path else str(name)
            yield from differences(before.get(name, ABSENT), after.get(name, ABSENT), inner)
    elif isinstance(after, Mapping) and before in (ABSENT, None) and not _is_function(after):
        for name, value in after.items():
            yield from differences(ABSENT, value, f"{path}.{name}")
    elif isinstance(before, Mapping) and after in (ABSENT, None) and not _is_function(before):
        for name, value in before.items():
            yield from differences(value, ABSENT, f"{path}.{name}")
    elif _structures(before) and _structures(after) and len(before) == len(after):
        for place, (was, becomes) in enumerate(zip(before, after, strict=True), start=1):
            inner = path if len(before) == 1 else f"{path}.{place}"
            yield from differences(was, becomes, inner)
    elif before != after:
        yield path, before, after


def _structures(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def _is_function(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))
