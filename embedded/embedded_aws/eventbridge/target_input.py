"""What a target receives of an event: all, a constant, a part, or a filled-in template."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# EventBridge guide, "Input transformation": dot notation with dashes, underscores, slashes, array
# indices and wildcards; no brackets around names.
_PATH = re.compile(r"\$(?:\.[\w/-]+|\[(?:\d+|\*)\])*")
_STEP = re.compile(r"\.([\w/-]+)|\[(\d+|\*)\]")
_PLACEHOLDER = re.compile(r"<([^<>\s]+)>")
_PREDEFINED = frozenset(
    {
        "aws.events.rule-arn",
        "aws.events.rule-name",
        "aws.events.event.ingestion-time",
        "aws.events.event",
        "aws.events.event.json",
    }
)
_NOTHING: Any = object()


class InputError(ValueError):
    """The target's input settings are not valid."""


def check_input(target: Mapping[str, Any]) -> None:
    """Refuse input settings that EventBridge refuses. Raises InputError."""
    given = [name for name in ("Input", "InputPath", "InputTransformer") if target.get(name)]
    if len(given) > 1:
        raise InputError(
            "Only one of Input, InputPath, or InputTransformer must be provided for target "
            f"{target['Id']}."
        )
    if "Input" in given:
        _check_json(target["Input"], f"input for target {target['Id']}")
    if "InputPath" in given:
        _check_path(target["InputPath"], "InputPath", target["Id"])
    if "InputTransformer" in given:
        _check_transformer(target["InputTransformer"], target["Id"])


def input_of(target: Mapping[str, Any], event: Mapping[str, Any], rule: Mapping[str, str]) -> str:
    """Return the text that a target receives.

    Args:
        rule: `arn` and `name` of the rule, and `time` of ingestion.
    """
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        found = _find(event, target["InputPath"])
        return "" if found is _NOTHING else _json(found)
    transformer = target.get("InputTransformer")
    if not transformer:
        return _json(event)
    return _fill(transformer["InputTemplate"], _values(transformer, event, rule))


def _check_json(text: str, what: str) -> None:
    try:
        json.loads(text)
    except ValueError as error:
        raise InputError(f"JSON syntax error in {what}: {error}") from error


def _check_path(path: str, what: str, target_id: str) -> None:
    if not _PATH.fullmatch(path):
        raise InputError(f"Invalid {what} for target {target_id}: {path}.")


def _check_transformer(transformer: Mapping[str, Any], target_id: str) -> None:
    paths = transformer.get("InputPathsMap") or {}
    for name, path in paths.items():
        if name.lower().startswith("aws."):
            raise InputError(f"Invalid InputPathsMap key for target {target_id}: {name}.")
        _check_path(path, f"InputTransformer path {name}", target_id)
    template = transformer["InputTemplate"]
    unknown = sorted(set(_PLACEHOLDER.findall(template)) - set(paths) - _PREDEFINED)
    if unknown:
        raise InputError(
            f"Invalid InputTemplate for target {target_id} : "
            f"[Undefined variable {unknown[0]} in InputTemplate]."
        )
    if template.lstrip().startswith("{"):
        sample = _fill(template, dict.fromkeys([*paths, *_PREDEFINED], ""))
        _check_json(sample, f"InputTemplate for target {target_id}")


def _values(
    transformer: Mapping[str, Any], event: Mapping[str, Any], rule: Mapping[str, str]
) -> dict[str, Any]:
    paths = transformer.get("InputPathsMap") or {}
    return {name: _find(event, path) for name, path in paths.items()} | {
        "aws.events.rule-arn": rule["arn"],
        "aws.events.rule-name": rule["name"],
        "aws.events.event.ingestion-time": rule["time"],
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": event,
    }


def _find(value: Any, path: str) -> Any:
    for step in _STEP.finditer(path):
        name, index = step[1], step[2]
        if index == "*":
            value = value if isinstance(value, list) else _NOTHING
        elif index is not None:
            is_there = isinstance(value, list) and int(index) < len(value)
            value = value[int(index)] if is_there else _NOTHING
        elif isinstance(value, list):  # behind a wildcard: the member of each
            found = [item[name] for item in value if isinstance(item, dict) and name in item]
            value = found or _NOTHING
        else:
            value = value.get(name, _NOTHING) if isinstance(value, dict) else _NOTHING
        if value is _NOTHING:
            return _NOTHING
    return value


def _fill(template: str, values: Mapping[str, Any]) -> str:
    """Replace the placeholders: as text inside quotes, as JSON outside; unknown values by none."""
    parts, position = [], 0
    for placeholder in _PLACEHOLDER.finditer(template):
        parts.append(template[position : placeholder.start()])
        value = values.get(placeholder[1], _NOTHING)
        position = placeholder.end()
        if _in_quotes(template[: placeholder.start()]):
            text = "" if value is _NOTHING else value if isinstance(value, str) else _json(value)
            parts.append(json.dumps(text, ensure_ascii=False)[1:-1])
        else:
            parts.append('""' if value is _NOTHING else _json(value))
    parts.append(template[position:])
    return "".join(parts)


def _in_quotes(before: str) -> bool:
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', before)) % 2 == 1


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
