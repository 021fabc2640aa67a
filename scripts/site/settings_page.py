"""Generate the settings reference from the pydantic models."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from autogluon_constructs.settings import Environment, fields
from autogluon_constructs.settings.section import Section

_HEAD = """# Settings

All keys of `config/<environment>.yaml`. The file's name is the environment's name. `agcdk validate`
and `cdk synth` report every mistake at once, with its path, the value and what is allowed. Unknown
keys are mistakes.
"""
_PLAIN = {
    "str": "text",
    "int": "integer",
    "float": "number",
    "bool": "`true`, `false`",
    "Any": "any value",
}
# Validators that are functions, by what they accept.
_CHECKED = {
    get_args(fields.TrainingInstanceType)[1]: "a type for training",
    get_args(fields.HostingInstanceType)[1]: "a type for endpoints",
    get_args(fields.TransformInstanceType)[1]: "a type for transform jobs",
    get_args(fields.ProcessingInstanceType)[1]: "a type for processing jobs",
}


def settings_page() -> str:
    """Return the page as Markdown, with one table per section of the settings."""
    return "\n".join([_HEAD, *_sections("", Environment)])


def _sections(path: str, section: type[Section]) -> Iterator[str]:
    title = f"`{path}`" if path else "The environment"
    notes = inspect.cleandoc(section.__doc__ or "")
    keys = {key: f for key, f in section.model_fields.items() if (path, key) != ("", "name")}
    rows = [_row(key, field) for key, field in keys.items()]
    table = "\n".join(["| key | what | type | default | allowed |", "|---|---|---|---|---|", *rows])
    yield f"## {title}\n\n{notes}\n\n{table}\n"
    for key, why in section.unsupported_keys.items():
        yield f"`{key}` is rejected: {why}.\n"
    for key, field in keys.items():
        inner, named = _inner_section(field.annotation)
        if inner is not None:
            below = f"{path}.{key}" if path else key
            yield from _sections(f"{below}.<name>" if named else below, inner)


def _row(key: str, field: FieldInfo) -> str:
    if not field.description:
        raise LookupError(f"Setting {key!r} has no description. Add a docstring to its field.")
    cells = (
        f"`{key}`",
        field.description,
        _type(field.annotation),
        _default(field),
        _bounds(field),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return _type(next(option for option in arguments if option is not type(None)))
    if hasattr(annotation, "__metadata__"):
        return _type(arguments[0])
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is Mapping or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return f"mapping to {_type(arguments[1])}"
    if str(origin) == "typing.Literal":
        return ", ".join(f"`{value}`" for value in arguments)
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return "section, below"
    return _PLAIN[getattr(annotation, "__name__", str(annotation))]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined or default is None:
        return "-"
    if isinstance(default, Section):
        return "its defaults"
    return f"`{json.dumps(default)}`" if not isinstance(default, str) else f"`{default}`"


def _bounds(field: FieldInfo) -> str:
    """Return the allowed values, from the constraints of the model."""
    words = []
    for constraint in _constraints(field.annotation, field.metadata):
        words += [text for check, text in _CHECKED.items() if check == constraint]
        for name, template in (
            ("ge", ">= {}"),
            ("gt", "> {}"),
            ("le", "<= {}"),
            ("max_length", "at most {}"),
            ("pattern", "`{}`"),
        ):
            value = getattr(constraint, name, None)
            if value is not None:
                words.append(template.format(_shown(value)))
    return ", ".join(dict.fromkeys(words)) or "-"


def _constraints(annotation: Any, metadata: list[Any]) -> Iterator[Any]:
    for entry in metadata:
        yield from entry.metadata if isinstance(entry, FieldInfo) else [entry]
    if get_origin(annotation) in (Union, UnionType, tuple):
        for option in get_args(annotation):
            yield from _constraints(option, list(getattr(option, "__metadata__", ())))


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return re.sub(r"\.0$", "", f"{value:,}")


def _inner_section(annotation: Any) -> tuple[type[Section] | None, bool]:
    """Return the section that a key holds, and whether user-defined names come between."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation, False
    if origin is Annotated:
        return _inner_section(arguments[0])
    if origin in (Union, UnionType):
        found = (_inner_section(option) for option in arguments)
        return next((entry for entry in found if entry[0] is not None), (None, False))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _inner_section(arguments[1])[0], True
    return None, False
