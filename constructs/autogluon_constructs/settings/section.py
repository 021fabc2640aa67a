"""Define the base of all settings sections: frozen, strict, without unknown keys."""

from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from autogluon_constructs.settings.fields import refuse

_Method = TypeVar("_Method", bound=Callable[..., Any])


def rule(method: _Method) -> _Method:
    """Mark a section's method as one that raises `refuse` for values that do not go together.

    Unlike validators of pydantic, every rule of a section is asked, so that all problems are told.
    """
    method.is_rule = True  # type: ignore[attr-defined]
    return method


class Section(BaseModel):
    """Base of every settings model."""

    # Each field's docstring is its description in the reference of the settings.
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    unsupported_keys: ClassVar[Mapping[str, str]] = {}
    """Keys that people will look for, each with the sentence that says what to do instead."""

    @model_validator(mode="after")
    def _follows_its_rules(self) -> Self:
        problems = []
        for method in _rules_of(type(self)):
            try:
                method(self)
            except PydanticCustomError as error:
                problems.append(error.message())
        if problems:
            raise refuse("\n".join(problems))
        return self


def _rules_of(section: type[Section]) -> Iterator[Callable[[Section], Any]]:
    """Yield the rules in their order, those of its bases first."""
    for base in reversed(section.__mro__):
        yield from (each for each in vars(base).values() if getattr(each, "is_rule", False))


def section_at(root: type[Section], path: tuple[int | str, ...]) -> type[Section] | None:
    """Return the section that the keys of `path` lead to from `root`, or None."""
    found, _ = _walk(root, path)
    sections = sections_of(found)
    return sections[0] if sections else None


def written_path(root: type[Section], path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Return a path without what pydantic adds: which section of a union was meant."""
    return _walk(root, path)[1]


def _walk(root: type[Section], path: tuple[int | str, ...]) -> tuple[Any, tuple[int | str, ...]]:
    """Return what is at a path, None where that is unknown, and the path's keys in the YAML."""
    current: Any = root
    written: list[int | str] = []
    for key in path:
        sections = sections_of(current)
        if isinstance(key, int):  # a place in a list, whose items are of one kind
            written.append(key)
            current = sections[0] if sections else None
            continue
        meant = [each for each in sections if _is_told_by(each, key)] if len(sections) > 1 else []
        if meant:
            current = meant[0]
            continue
        written.append(key)
        if sections:
            field = sections[0].model_fields.get(str(key))
            current = None if field is None else field.annotation
        else:
            current = _value_type(current)
    return current, tuple(written)


def _is_told_by(section: type[Section], tag: int | str) -> bool:
    return any(tag in values for values in literals_of(section).values())


def literals_of(section: type[Section]) -> dict[str, tuple[Any, ...]]:
    """Return the keys that have few values, which may tell the sections of a union apart."""
    found = ((key, field.annotation) for key, field in section.model_fields.items())
    return {key: get_args(each) for key, each in found if get_origin(each) is Literal}


def sections_of(annotation: Any) -> list[type[Section]]:
    """Return the section of an annotation, or those of a union or list; none for other values."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return [annotation]
    if get_origin(annotation) is Annotated:
        return sections_of(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [section for option in get_args(annotation) for section in sections_of(option)]
    if get_origin(annotation) is tuple:
        return sections_of(get_args(annotation)[0])
    return []


def _value_type(annotation: Any) -> Any:
    """Return `V` of `Mapping[K, V]`."""
    arguments = get_args(annotation)
    return arguments[1] if len(arguments) == 2 else None
