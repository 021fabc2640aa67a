"""Generate the settings reference from the pydantic models."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from autogluon_constructs.settings import Environment, fields
from autogluon_constructs.settings.section import Section, literals_of, sections_of

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
    found: _Found = {}
    _find(found, "", Environment, which="")
    return "\n".join([_HEAD, *_tables(found)])


# By path: the sections that may be there, each with what chooses it, such as `mode: serverless`.
_Found = dict[str, dict[type[Section], list[str]]]


def _find(found: _Found, path: str, section: type[Section], *, which: str) -> None:
    """Add a section and those below it, in the order of their keys."""
    found.setdefault(path, {}).setdefault(section, []).append(which)
    for key, field in section.model_fields.items():
        value, is_named = _value_of(field.annotation)
        below = f"{path}.{key}" if path else key
        inner = sections_of(value)
        for each in inner:
            chosen = _chosen_by(each, inner) if len(inner) > 1 else which
            _find(found, f"{below}.<name>" if is_named else below, each, which=chosen)


def _chosen_by(section: type[Section], others: Sequence[type[Section]]) -> str:
    """Return what tells a section of a union from the others."""
    for key, values in literals_of(section).items():
        if len(values) == 1 and all(key in literals_of(other) for other in others):
            return f"`{key}: {values[0]}`"
    raise LookupError(f"Nothing tells {section.__name__} apart. Give it a key with one value.")


def _tables(found: _Found) -> Iterator[str]:
    for path, sections in found.items():
        for section, which in sections.items():
            chosen = f", {' or '.join(which)}" if len(sections) > 1 else ""
            yield from _table(path, section, chosen)


def _table(path: str, section: type[Section], chosen: str) -> Iterator[str]:
    title = f"`{path}`{chosen}" if path else "The environment"
    notes = inspect.cleandoc(section.__doc__ or "")
    keys = {key: f for key, f in section.model_fields.items() if (path, key) != ("", "name")}
    rows = [_row(key, field) for key, field in keys.items()]
    table = "\n".join(["| key | what | type | default | allowed |", "|---|---|---|---|---|", *rows])
    yield f"## {title}\n\n{notes}\n\n{table}\n"
    for key, why in section.unsupported_keys.items():
        yield f"`{key}` is rejected: {why}.\n"


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
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


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


def _value_of(annotation: Any) -> tuple[Any, bool]:
    """Return what a key holds, and whether user-defined names come between."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return arguments[1], True
    return annotation, False
