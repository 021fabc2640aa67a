"""Turn an error of pydantic into one sentence: YAML path, value got, what is allowed."""

from typing import TYPE_CHECKING, Any

from autogluon_constructs.settings.fields import IN_WORDS
from autogluon_constructs.settings.section import Section, section_at, written_path
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_LONGEST_VALUE_SHOWN = 120
_WITHOUT_SECTION = ("union_tag_invalid", "union_tag_not_found")


def sentences(root: type[Section], error: "ErrorDetails") -> list[str]:
    """Return a line for each problem of `error`, which validating `root` raised.

    Rules of the whole document name the paths themselves.
    """
    if error["type"] == "refused" and isinstance(error["input"], dict):
        path = ".".join(str(key) for key in written_path(root, error["loc"]))
        return [f"{path}: {line}" if path else line for line in error["msg"].split("\n")]
    return [_sentence(root, error)]


def _sentence(root: type[Section], error: "ErrorDetails") -> str:
    path, value = written_path(root, error["loc"]), error["input"]
    where = ".".join(str(key) for key in path if key != "[key]") or "file"
    if error["type"] == "missing":
        return f"{where}: missing; this key is required"
    if error["type"] == "extra_forbidden":
        return f"{where}: {_unknown_key(root, error['loc'])}"
    if error["type"] in _WITHOUT_SECTION:
        return f"{where}.{_choice_of_section(error)}"
    return f"{where}: got {_shown(value)}; {_allowed(error)}"


def _choice_of_section(error: "ErrorDetails") -> str:
    """Return what is wrong with the key that tells which section of a union is meant."""
    key = error["ctx"]["discriminator"].strip("'")
    if error["type"] == "union_tag_not_found":
        return f"{key}: missing; this key is required"
    context = error["ctx"]
    return f"{key}: got {context['tag']!r}; allowed: {context['expected_tags']}"


def _unknown_key(root: type[Section], path: tuple[int | str, ...]) -> str:
    section, key = section_at(root, path[:-1]), str(path[-1])
    if section is None:
        return "unknown key"
    if key in section.unsupported_keys:
        return section.unsupported_keys[key]
    # The file's name is the environment's, so `name` is not a key of the file.
    names = [name for name in section.model_fields if path[:-1] or name != "name"]
    return f"unknown key; allowed: {listed(names)}{did_you_mean(key, names)}"


def _allowed(error: "ErrorDetails") -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "refused":
        return error["msg"]
    if kind == "literal_error":
        return f"allowed: {context['expected']}"
    if kind == "string_pattern_mismatch":
        return f"allowed: {IN_WORDS[context['pattern']]}"
    if kind in _TYPES:
        hint = "; put it in quotes" if kind == "string_type" and _is_number(error["input"]) else ""
        return f"allowed: {_TYPES[kind]}{hint}"
    message = error["msg"]
    return "allowed: " + message.removeprefix("Input should be ").removeprefix("a valid ")


_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "mapping_type": "a mapping of keys to values",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "tuple_type": "a list",
    "finite_number": "a finite number",
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE_SHOWN else f"{text[:_LONGEST_VALUE_SHOWN]}..."
