"""The rules for Map states that can run here; any other is refused by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

DISTRIBUTED_FIELDS = {
    "ItemReader",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
}
_READER_FIELDS = {"Resource", "Arguments", "ReaderConfig"}
_CONFIG_FIELDS = {"InputType", "MaxItems"}
_WRITER_FIELDS = {"Resource", "Arguments"}
_MODES = ("INLINE", "DISTRIBUTED")


def is_distributed(state: dict[str, Any]) -> bool:
    """Return whether the state is a Map whose items run as executions of their own."""
    processor = state.get("ItemProcessor")
    config = processor.get("ProcessorConfig", {}) if isinstance(processor, dict) else {}
    return state.get("Type") == "Map" and config.get("Mode") == "DISTRIBUTED"


def check_map(state: dict[str, Any], language: str) -> Iterator[tuple[str, str]]:
    """Yield the problems of a Map state: the message and the location below the state."""
    config = state.get("ItemProcessor", {}).get("ProcessorConfig", {})
    location = "/ItemProcessor/ProcessorConfig"
    if config.get("Mode", "INLINE") not in _MODES:
        yield f"'Mode' must be one of {', '.join(_MODES)}, got {config['Mode']!r}", location
    elif not is_distributed(state):
        for field in sorted(DISTRIBUTED_FIELDS & state.keys()):
            yield f"'{field}' needs the Mode 'DISTRIBUTED' of the ItemProcessor", f"/{field}"
    else:
        if config.get("ExecutionType") != "STANDARD":
            got = config.get("ExecutionType")
            yield _unsupported(f"ExecutionType {got!r}", "'STANDARD' child executions"), location
        if language != "JSONata":
            yield _unsupported("a distributed Map in JSONPath", "JSONata"), ""
        yield from _check_source(state)
        yield from _check_writer(state.get("ResultWriter"))


def for_parser(definition: str) -> str:
    """Return the definition without the Map fields that the interpreter misreads.

    It rejects a whole number as a percentage, and reads a tolerated count in JSONata as one;
    `distributed_map` reads these fields itself.
    """
    machine = json.loads(definition)
    _strip(machine)
    return json.dumps(machine)


def _check_source(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if ("Items" in state) == ("ItemReader" in state):
        yield "a distributed Map must have either 'Items' or 'ItemReader'", ""
    reader = state.get("ItemReader")
    if reader is None:
        return
    yield from _check_fields(reader, _READER_FIELDS, "/ItemReader")
    yield from _check_resource(reader, "s3:getObject", "/ItemReader")
    config = reader.get("ReaderConfig", {})
    yield from _check_fields(config, _CONFIG_FIELDS, "/ItemReader/ReaderConfig")
    if config.get("InputType") != "JSON":
        got = config.get("InputType")
        yield _unsupported(f"InputType {got!r}", "'JSON'"), "/ItemReader/ReaderConfig/InputType"


def _check_writer(writer: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    if writer is not None:
        yield from _check_fields(writer, _WRITER_FIELDS, "/ResultWriter")
        yield from _check_resource(writer, "s3:putObject", "/ResultWriter")


def _check_fields(
    value: dict[str, Any], known: set[str], location: str
) -> Iterator[tuple[str, str]]:
    for field in sorted(value.keys() - known):
        yield _unsupported(f"'{field}'", ", ".join(sorted(known))), f"{location}/{field}"


def _check_resource(value: dict[str, Any], known: str, location: str) -> Iterator[tuple[str, str]]:
    resource = str(value.get("Resource"))
    if resource.split(":::")[-1] != known:
        yield (
            _unsupported(f"the resource '{resource}'", f"arn:aws:states:::{known}"),
            f"{location}/Resource",
        )


def _unsupported(what: str, instead: str) -> str:
    return f"The embedded AWS does not support {what} here; it supports: {instead}"


def _strip(value: Any) -> None:
    members = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict) and is_distributed(value):
        for field in (*DISTRIBUTED_FIELDS, "Items", "ItemSelector", "MaxConcurrency"):
            value.pop(field, None)
    for member in members:
        if isinstance(member, dict | list):
            _strip(member)
