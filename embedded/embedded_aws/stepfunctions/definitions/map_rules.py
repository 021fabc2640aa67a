"""Check Map states; what cannot run here is refused by name."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from embedded_aws.stepfunctions.definitions.problems import Problem

DISTRIBUTED_FIELDS = {
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Label",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
}
_LABEL = re.compile(r"^[^\s?*<>{}\[\]#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,40}$", re.ASCII)
_MODES = ("INLINE", "DISTRIBUTED")
_READER_RESOURCES = ("s3:getObject", "s3:listObjectsV2")
_CSV = ("CSVHeaderLocation", "CSVHeaders", "CSVDelimiter")
DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
_INPUT_TYPES = ("CSV", "JSON", "JSONL", "MANIFEST")
# input type -> fields of ReaderConfig beside InputType, MaxItems and MaxItemsPath
_CONFIGS = {
    "CSV": _CSV,
    "JSON": (),
    "JSONL": (),
    "MANIFEST": ("ManifestType",),
}
_BATCHER = {
    "BatchInput",
    "MaxItemsPerBatch",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatch",
    "MaxInputBytesPerBatchPath",
}
_MOST_BATCH_BYTES = 262_144
_WRITER_CONFIG = {"Transformation": ("NONE", "COMPACT", "FLATTEN"), "OutputType": ("JSON", "JSONL")}

# (message, location below the state)
Found = Iterator[tuple[str, str]]


def is_distributed(state: dict[str, Any]) -> bool:
    """Return whether the state is a Map whose items run as executions of their own."""
    return state.get("Type") == "Map" and _config(state).get("Mode") == "DISTRIBUTED"


def check_map(state: dict[str, Any], language: str) -> Found:
    """Yield the problems of a Map state: the message and the location below the state."""
    yield from _one_of(state, ("ItemProcessor", "Iterator"), "", is_required=True)
    for source in ("ItemSelector", "Parameters"):
        if source in state and not isinstance(state[source], dict) and language == "JSONPath":
            yield "Expected value of type Object", f"/{source}"
    yield from _one_of(state, ("ItemSelector", "Parameters"), "")
    config, location = _config(state), "/ItemProcessor/ProcessorConfig"
    if config.get("Mode", "INLINE") not in _MODES:
        yield f"'Mode' must be one of {', '.join(_MODES)}, got {config['Mode']!r}", location
    elif not is_distributed(state):
        if "ExecutionType" in config:
            yield "Field 'ExecutionType' is not supported", location
        for field in sorted(DISTRIBUTED_FIELDS & state.keys()):
            yield f"'{field}' needs the Mode 'DISTRIBUTED' of the ItemProcessor", f"/{field}"
    else:
        if "ExecutionType" not in config:
            yield "These fields are required: [ExecutionType]", location
        elif config["ExecutionType"] != "STANDARD":
            got = config["ExecutionType"]
            yield _unsupported(f"ExecutionType {got!r}", "'STANDARD' child executions"), location
        yield from _check_source(state, language)
        yield from _check_batcher(state.get("ItemBatcher"), language)
        yield from _check_writer(state.get("ResultWriter"), language)


def labels_of(states: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[Problem]:
    """Yield the problems of the labels of all Map states."""
    labels = [(where, state["Label"]) for where, state in states if "Label" in state]
    counts = Counter(str(label) for _, label in labels)
    for where, label in labels:
        if not isinstance(label, str) or not _LABEL.match(label):
            message = f"Label contains invalid characters or more than 40, got {label!r}"
            yield Problem("INVALID_LABEL_NAME", message, f"{where}/Label")
        elif counts[label] > 1:
            yield Problem("DUPLICATE_LABEL_NAME", f"Duplicate label: {label}", f"{where}/Label")


def for_parser(definition: str) -> str:
    """Return the definition in a form that the interpreter reads as AWS does.

    It misreads fields of distributed Maps, which `distributed_map` reads itself, and gives states
    below a state that state's language where AWS gives them the whole workflow's.
    """
    machine = json.loads(definition)
    _strip(machine)
    _spell_languages(machine, machine.get("QueryLanguage", "JSONPath"), is_below=False)
    return json.dumps(machine)


def _check_source(state: dict[str, Any], language: str) -> Found:
    path = "Items" if language == "JSONata" else "ItemsPath"
    if language == "JSONata":
        yield from _one_of(state, (path, "ItemReader"), "", is_required=True)
    else:
        yield from _one_of(state, (path, "ItemReader"), "")
    reader = state.get("ItemReader")
    if reader is None:
        return
    place = "/ItemReader"
    if not isinstance(reader, dict):
        yield "Expected value of type Object", place
        return
    arguments = "Arguments" if language == "JSONata" else "Parameters"
    yield from _known(reader, {"Resource", arguments, "ReaderConfig"}, place)
    resource = str(reader.get("Resource")).split(":::")[-1]
    if resource not in _READER_RESOURCES:
        allowed = ", ".join(f"arn:aws:states:::{name}" for name in _READER_RESOURCES)
        message = _unsupported(f"the resource '{reader.get('Resource')}'", allowed)
        yield message, f"{place}/Resource"
        return
    yield from _check_reader_config(reader.get("ReaderConfig", {}), resource, language)


def _check_reader_config(config: Any, resource: str, language: str) -> Found:
    place = "/ItemReader/ReaderConfig"
    if not isinstance(config, dict):
        yield "Expected value of type Object", place
        return
    if resource == "s3:listObjectsV2":
        yield from _known(config, {"MaxItems", "MaxItemsPath"}, place)
    else:
        kind = config.get("InputType")
        if kind not in _INPUT_TYPES:
            allowed = ", ".join(f"'{name}'" for name in _INPUT_TYPES)
            yield _unsupported(f"InputType {kind!r}", allowed), f"{place}/InputType"
            return
        yield from _known(config, {"InputType", "MaxItems", "MaxItemsPath", *_CONFIGS[kind]}, place)
        if kind == "CSV":
            yield from _check_csv(config, place)
        if config.get("ManifestType", "S3_INVENTORY") != "S3_INVENTORY":
            got = config["ManifestType"]
            yield _unsupported(f"ManifestType {got!r}", "'S3_INVENTORY'"), f"{place}/ManifestType"
    yield from _check_number(config, "MaxItems", place, language, 100_000_000)


def _check_csv(config: dict[str, Any], place: str) -> Found:
    where = config.get("CSVHeaderLocation")
    if where is None:
        yield "The field 'CSVHeaderLocation' is required", place
    elif where not in ("FIRST_ROW", "GIVEN"):
        message = "Value should be one of the following: [FIRST_ROW, GIVEN]"
        yield message, f"{place}/CSVHeaderLocation"
    elif where == "GIVEN" and "CSVHeaders" not in config:
        yield "These fields are required: [CSVHeaders]", place
    if config.get("CSVDelimiter", "COMMA") not in DELIMITERS:
        message = f"Value should be one of the following: [{', '.join(DELIMITERS)}]"
        yield message, f"{place}/CSVDelimiter"


def _check_batcher(batcher: Any, language: str) -> Found:
    if batcher is None:
        return
    place = "/ItemBatcher"
    if not isinstance(batcher, dict):
        yield "Expected value of type Object", place
        return
    yield from _known(batcher, _BATCHER, place)
    if not (batcher.keys() & _BATCHER - {"BatchInput"}):
        yield "This object should have MaxItemsPerBatch or MaxInputBytesPerBatch", place
    yield from _check_number(batcher, "MaxItemsPerBatch", place, language, None)
    yield from _check_number(batcher, "MaxInputBytesPerBatch", place, language, _MOST_BATCH_BYTES)


def _check_number(
    value: dict[str, Any], field: str, place: str, language: str, most: int | None
) -> Found:
    yield from _one_of(value, (field, f"{field}Path"), place)
    if f"{field}Path" in value and language == "JSONata":
        yield (
            f"The QueryLanguage is set to 'JSONata', but field '{field}Path' is only supported for "
            "the 'JSONPath' QueryLanguage",
            place,
        )
    number = value.get(field, 1)
    if language == "JSONata" and isinstance(number, str) and number.startswith("{%"):
        return
    if isinstance(number, bool) or not isinstance(number, int):
        yield "Expected value of type Integer", f"{place}/{field}"
    elif number < 0:
        yield "Minimum value is 0", f"{place}/{field}"
    elif most is not None and number > most:
        yield f"Maximum value is {most}", f"{place}/{field}"


def _check_writer(writer: Any, language: str) -> Found:
    if writer is None:
        return
    place = "/ResultWriter"
    if not isinstance(writer, dict):
        yield "Expected value of type Object", place
        return
    arguments = "Arguments" if language == "JSONata" else "Parameters"
    yield from _known(writer, {"Resource", arguments, "WriterConfig"}, place)
    if "Resource" not in writer and "WriterConfig" not in writer:
        yield "These fields are required: [Resource]", place
    resource = str(writer.get("Resource", "arn:aws:states:::s3:putObject"))
    if resource.split(":::")[-1] != "s3:putObject":
        message = _unsupported(f"the resource '{resource}'", "arn:aws:states:::s3:putObject")
        yield message, f"{place}/Resource"
    config = writer.get("WriterConfig", {})
    if not isinstance(config, dict):
        yield "Expected value of type Object", f"{place}/WriterConfig"
        return
    yield from _known(config, set(_WRITER_CONFIG), f"{place}/WriterConfig")
    for field, allowed in _WRITER_CONFIG.items():
        if field in config and config[field] not in allowed:
            message = f"Value should be one of the following: [{', '.join(allowed)}]"
            yield message, f"{place}/WriterConfig/{field}"


def _one_of(
    value: dict[str, Any], fields: tuple[str, str], place: str, *, is_required: bool = False
) -> Found:
    found = [field for field in fields if field in value]
    if len(found) > 1:
        listed = ", ".join(fields)
        yield f"There should only be one of the following fields: [{listed}]", place
    elif not found and is_required:
        listed = ", ".join(fields)
        yield f"This object should have only one of the following fields: [{listed}]", place


def _known(value: dict[str, Any], known: set[str], location: str) -> Found:
    for field in sorted(value.keys() - known):
        yield _unsupported(f"'{field}'", ", ".join(sorted(known))), f"{location}/{field}"


def _unsupported(what: str, instead: str) -> str:
    return f"The embedded AWS does not support {what} here; it supports: {instead}"


def _config(state: dict[str, Any]) -> dict[str, Any]:
    processor = state.get("ItemProcessor")
    config = processor.get("ProcessorConfig", {}) if isinstance(processor, dict) else {}
    return config if isinstance(config, dict) else {}


def _strip(value: Any) -> None:
    members = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict) and is_distributed(value):
        own = (*DISTRIBUTED_FIELDS, "Items", "ItemsPath", "ItemSelector", "Parameters")
        for field in (*own, "MaxConcurrency", "MaxConcurrencyPath"):
            value.pop(field, None)
    for member in members:
        if isinstance(member, dict | list):
            _strip(member)


def _spell_languages(machine: dict[str, Any], whole: str, *, is_below: bool) -> None:
    for state in machine["States"].values():
        if is_below:
            state.setdefault("QueryLanguage", whole)
        for branch in state.get("Branches", []):
            _spell_languages(branch, whole, is_below=True)
        for key in ("ItemProcessor", "Iterator"):
            if key in state:
                _spell_languages(state[key], whole, is_below=True)
