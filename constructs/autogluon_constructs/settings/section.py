"""Define the base of all settings sections: frozen, strict, without unknown keys."""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Base of every settings model."""

    # Each field's docstring is its description in the reference of the settings.
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    unsupported_keys: ClassVar[Mapping[str, str]] = {}
    """Keys that people will look for, each with the sentence that says what to do instead."""


def section_at(root: type[Section], path: tuple[int | str, ...]) -> type[Section] | None:
    """Return the section that the keys of `path` lead to from `root`, or None."""
    current: Any = root
    for key in path:
        section = _section_of(current)
        if section is not None:
            field = section.model_fields.get(str(key))
            current = None if field is None else field.annotation
        else:
            current = _value_type(current)
        if current is None:
            return None
    return _section_of(current)


def _section_of(annotation: Any) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    if get_origin(annotation) is Annotated:
        return _section_of(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        found = (_section_of(option) for option in get_args(annotation))
        return next((section for section in found if section is not None), None)
    return None


def _value_type(annotation: Any) -> Any:
    """Return `V` of `Mapping[K, V]`."""
    arguments = get_args(annotation)
    return arguments[1] if len(arguments) == 2 else None
