"""Read and write documents: frozen dataclasses whose fields carry their own rules.

A field made by `key` states its meaning, default and bounds once. From them come the strict
reader, the writer, the settings' bounds and docs/reference/contracts.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Self, Union, get_args, get_origin, get_type_hints

from autogluon_contracts.errors import ExplainedError
from autogluon_contracts.rules import Rule, flag, number, one_of, shown, string, text, whole
from autogluon_contracts.suggestions import did_you_mean


class DocumentError(ExplainedError, ValueError):
    """Report a document that is not what its contract says.

    Attributes:
        problems: one sentence per wrong key, such as `training.volume_size_gb: missing`.
    """

    def __init__(self, name: str, problems: Sequence[str], *, advice: str = "") -> None:
        first = f"{name}: {problems[0]}"
        numbered = "; ".join(f"({number}) {text}" for number, text in enumerate(problems, start=1))
        several = f"{name} has {len(problems)} problems: {numbered}"
        super().__init__(f"{first if len(problems) == 1 else several}.", advice=advice)
        self.problems = tuple(problems)


def key(
    meaning: str,
    *,
    default: Any = MISSING,
    factory: Callable[[], Any] | Any = MISSING,
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    finite: bool = True,
    non_empty: bool = False,
    omit_null: bool = False,
    omit_default: bool = False,
) -> Any:
    """Return a dataclass field that is one key of a document.

    Args:
        meaning: what the value says, with its unit; one clause for the reference.
        default: the value of an absent key; without it (and `factory`) the key is required.
        factory: makes that value, where it is mutable.
        minimum: the least number allowed.
        maximum: the greatest number allowed.
        above: a number that the value must exceed.
        finite: whether NaN and infinity are invalid.
        non_empty: whether an empty string is invalid.
        omit_null: whether the writer leaves the key out where the value is None.
        omit_default: whether it does where the value is the default, which readers of an earlier
            release, who refuse the key, do without being told.
    """
    metadata = {
        "meaning": meaning,
        "minimum": minimum,
        "maximum": maximum,
        "above": above,
        "finite": finite,
        "non_empty": non_empty,
        "omit_null": omit_null,
        "omit_default": omit_default,
    }
    if factory is not MISSING:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


class Document:
    """Base of a versioned document.

    A subclass is a frozen dataclass whose fields are made by `key`.

    Example:
        >>> from autogluon_contracts.documents.transform_batch import TransformBatch
        >>> text = '{"version": 1, "columns": null, "has_header": false, "output": "labels", '
        >>> TransformBatch.from_text(text + '"output_format": "csv"}').output
        'labels'
    """

    NAME: ClassVar[str]
    """What errors and the reference call it, such as `job.json`."""
    VERSION: ClassVar[int] = 1
    ADVICE: ClassVar[str] = ""
    """What to do about a document of another version or with unknown keys."""
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "refused"
    """`ignored` where a newer release may have written the document."""

    @classmethod
    def from_text(cls, content: str | bytes) -> Self:
        """Read JSON.

        Raises:
            DocumentError: not JSON, another version, or a wrong, unknown or missing key.
        """
        try:
            value = json.loads(content)
        except ValueError as error:
            raise DocumentError(cls.NAME, [f"not valid JSON ({error})"]) from error
        return cls.from_json(value)

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Read a parsed document; raises DocumentError as `from_text`."""
        if not isinstance(value, Mapping):
            raise DocumentError(cls.NAME, ["must be a JSON object"])
        if value.get("version") != cls.VERSION:
            found = shown(value.get("version"))
            raise DocumentError(
                cls.NAME,
                [f"version: got {found}; this code reads {cls.VERSION}"],
                advice=cls.ADVICE,
            )
        body = {name: item for name, item in value.items() if name != "version"}
        problems: list[str] = []
        document: Self = read_part(cls, body, "", problems, unknown=cls.UNKNOWN_KEYS)
        if not problems:
            problems = list(document.inconsistencies())
        if problems:
            raise DocumentError(cls.NAME, problems, advice=cls.ADVICE)
        return document

    def inconsistencies(self) -> Sequence[str]:
        """Return sentences about values that do not fit each other; none by default."""
        return ()

    def to_json(self) -> dict[str, Any]:
        """Return the document as JSON values, `version` first."""
        return {"version": self.VERSION, **written(self)}

    def to_text(self, **options: Any) -> str:
        """Return the document as JSON text; `options` are those of `json.dumps`."""
        return json.dumps(self.to_json(), **options)


def written(part: Any) -> dict[str, Any]:
    """Return a dataclass as JSON values: tuples as arrays, nested dataclasses as objects."""
    values: dict[str, Any] = {}
    for item in fields(part):
        value = getattr(part, item.name)
        if value is None and item.metadata.get("omit_null"):
            continue
        if item.metadata.get("omit_default") and value == item.default:
            continue
        values[item.name] = _plain(value)
    return values


def default_of(part: type, name: str) -> Any:
    """Return the default of a field; raises KeyError where it has none."""
    item = field_named(part, name)
    if item.default_factory is not MISSING:
        return item.default_factory()
    if item.default is MISSING:
        raise KeyError(f"{part.__name__}.{name} has no default")
    return item.default


def completed(part: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object's JSON values with the defaults of its absent keys, those inside included.

    For what an earlier release wrote; nothing is checked, so that a later one's is read, too.
    """
    found = dict(values)
    for item in fields(part):
        if item.name in found:
            found[item.name] = _completed(_hints(part)[item.name], found[item.name])
        elif item.default is not MISSING or item.default_factory is not MISSING:
            found[item.name] = _plain(default_of(part, item.name))
    return found


def _completed(hint: Any, value: Any) -> Any:
    """Complete the parts inside a value: one, those of a list, or those of a mapping."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for option in options:
        arguments = get_args(option)
        if is_dataclass(option) and isinstance(option, type) and isinstance(value, Mapping):
            return completed(option, value)
        if arguments and is_dataclass(arguments[-1]) and isinstance(value, Mapping):
            return {name: _completed(arguments[-1], each) for name, each in value.items()}
        if arguments and is_dataclass(arguments[0]) and isinstance(value, list):
            return [_completed(arguments[0], each) for each in value]
    return value


def field_named(part: type, name: str) -> Field[Any]:
    """Return the dataclass field of that name; raises KeyError where there is none."""
    for item in fields(part):
        if item.name == name:
            return item
    raise KeyError(f"{part.__name__} has no field {name}")


def read_part(
    part: type,
    value: Mapping[str, Any],
    path: str,
    problems: list[str],
    *,
    unknown: Literal["refused", "ignored"] = "refused",
) -> Any:
    """Read an object into a dataclass, adding a sentence per wrong key to `problems`.

    A dataclass may have `UNSUPPORTED_KEYS`: keys that people will look for, with what to do
    instead. Returns an instance, or None where there were problems.
    """
    prefix = f"{path}." if path else ""
    known = {item.name: item for item in fields(part)}
    before = len(problems)
    if unknown == "refused":
        instead = getattr(part, "UNSUPPORTED_KEYS", {})
        problems += [
            f"{prefix}{name}: {instead.get(name) or _unknown_key(name, known)}"
            for name in value
            if name not in known
        ]
    hints = _hints(part)
    found: dict[str, Any] = {}
    for name, item in known.items():
        if name in value:
            found[name] = _read(
                hints[name], value[name], f"{prefix}{name}", problems, item.metadata, unknown
            )
        elif item.default is MISSING and item.default_factory is MISSING:
            problems.append(f"{prefix}{name}: missing; give {_allowed(hints[name], item.metadata)}")
    return part(**found) if len(problems) == before else None


def _read(
    hint: Any,
    value: Any,
    path: str,
    problems: list[str],
    bounds: Mapping[str, Any],
    unknown: Literal["refused", "ignored"],
) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return value
    if origin in (Union, UnionType):
        if value is None and NoneType in arguments:
            return None
        options = [option for option in arguments if option is not NoneType]
        fitting = [option for option in options if _is_like(option, value)]
        if not fitting:
            problems.append(f"{path}: got {shown(value)}; allowed: {_allowed(hint, bounds)}")
            return None
        return _read(fitting[0], value, path, problems, bounds, unknown)
    if (parse := getattr(hint, "parse", None)) is not None:
        return _parsed(hint, parse, value, path, problems)
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(
            _read(arguments[0], entry, f"{path}[{position}]", problems, bounds, unknown)
            for position, entry in enumerate(value)
        )
    if _is_object(hint) and isinstance(value, Mapping):
        if is_dataclass(hint):
            return read_part(hint, value, path, problems, unknown=unknown)  # type: ignore[arg-type]
        inner = arguments[1] if len(arguments) == 2 else Any
        return {
            str(name): _read(inner, entry, f"{path}.{name}", problems, bounds, unknown)
            for name, entry in value.items()
        }
    problems += _rule(hint, bounds).problems(path, value)
    return value


def _parsed(
    hint: Any, parse: Callable[[str], Any], value: Any, path: str, problems: list[str]
) -> Any:
    if not isinstance(value, str):
        problems.append(f"{path}: got {shown(value)}; allowed: {hint.ALLOWED}")
        return None
    try:
        return parse(value)
    except ValueError as error:
        problems.append(f"{path}: {error}")
        return None


def _rule(hint: Any, bounds: Mapping[str, Any]) -> Rule:
    """Return the rule that a value of this type must follow."""
    if get_origin(hint) is Literal:
        return one_of(*get_args(hint))
    if hint is bool:
        return flag()
    limits = {name: bounds.get(name) for name in ("minimum", "maximum", "above")}
    if hint is int:
        return whole(**limits)
    if hint is float:
        return number(**limits, finite=bounds.get("finite", True))
    if hint is str:
        return text() if bounds.get("non_empty") else string()
    if get_origin(hint) is tuple:
        return Rule("a list", lambda _: False)
    if hasattr(hint, "ALLOWED"):
        return Rule(hint.ALLOWED, lambda _: False)
    return Rule("an object" if _is_object(hint) else "any value", lambda _: False)


def _allowed(hint: Any, bounds: Mapping[str, Any]) -> str:
    if get_origin(hint) in (Union, UnionType):
        options = [option for option in get_args(hint) if option is not NoneType]
        return " or ".join(_allowed(option, bounds) for option in options)
    return _rule(hint, bounds).allowed


def _is_like(hint: Any, value: Any) -> bool:
    """Return whether a value has the JSON type of a hint, whatever its bounds."""
    origin = get_origin(hint)
    if origin is Literal:
        return value in get_args(hint)
    if origin is tuple:
        return isinstance(value, list | tuple)
    if hasattr(hint, "parse"):
        return isinstance(value, str)
    if _is_object(hint):
        return isinstance(value, Mapping)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return hint is Any or isinstance(value, hint)


def _is_object(hint: Any) -> bool:
    origin = get_origin(hint) or hint
    return is_dataclass(origin) or (isinstance(origin, type) and issubclass(origin, Mapping))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return str(value) if hasattr(type(value), "parse") else written(value)
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value


def _unknown_key(name: str, known: Iterable[str]) -> str:
    return f"unknown key{did_you_mean(name, known) or '; leave it out'}"


@cache
def _hints(part: type) -> dict[str, Any]:
    return get_type_hints(part)
