"""Check and parse state machine definitions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import (
    AmazonStateLanguageParser,
    ASLParserException,
)

from embedded_aws.stepfunctions.execution.map_rules import DISTRIBUTED_FIELDS, check_map, for_parser
from embedded_aws.stepfunctions.library.jsonata_engine import (
    JsonataError,
    check_syntax,
    find_expression,
)

_COMMON = {"Type", "Comment", "QueryLanguage", "Output", "Assign", "Next", "End"}
_JSONATA_FIELDS = {
    "Pass": _COMMON,
    "Task": _COMMON
    | {"Resource", "Arguments", "TimeoutSeconds", "HeartbeatSeconds", "Retry", "Catch"},
    "Choice": {"Type", "Comment", "QueryLanguage", "Output", "Assign", "Choices", "Default"},
    "Wait": _COMMON | {"Seconds", "Timestamp"},
    "Succeed": {"Type", "Comment", "QueryLanguage", "Output"},
    "Fail": {"Type", "Comment", "QueryLanguage", "Error", "Cause"},
    "Parallel": _COMMON | {"Branches", "Arguments", "Retry", "Catch"},
    "Map": _COMMON
    | {"Items", "ItemProcessor", "ItemSelector", "MaxConcurrency", "Label", "Retry", "Catch"}
    | DISTRIBUTED_FIELDS,
}  # fmt: skip
_UNSUPPORTED = {
    "Credentials": "acting with a role other than the state machine's",
    "ItemBatcher": "several items for one child execution of a Map",
    "ToleratedFailureCountPath": "a distributed Map in JSONPath",
    "ToleratedFailurePercentagePath": "a distributed Map in JSONPath",
}
_SIZE_LIMIT_BYTES = 1_048_576


@dataclass(frozen=True)
class Problem:
    """One problem of a definition, in the terms of ValidateStateMachineDefinition."""

    code: str
    message: str
    location: str  # "/States/Train/Next"

    def __str__(self) -> str:
        return f"{self.code}: {self.message} at {self.location or '/'}"


def find_problems(definition: str) -> list[Problem]:
    """Return every problem of a definition; empty when it can run here."""
    try:
        machine = json.loads(definition)
    except ValueError as error:
        return [Problem("INVALID_JSON_DESCRIPTION", str(error), "")]
    if not isinstance(machine, dict) or len(definition.encode()) > _SIZE_LIMIT_BYTES:
        message = f"the definition must be a JSON object of at most {_SIZE_LIMIT_BYTES} bytes"
        return [Problem("SCHEMA_VALIDATION_FAILED", message, "")]
    language = machine.get("QueryLanguage", "JSONPath")
    problems = list(_check_states(machine, "", language)) + list(_check_names(machine))
    return problems or list(_parse_problems(definition))


def load_program(definition: str) -> Any:
    """Return the interpreter's program for a definition without problems."""
    return AmazonStateLanguageParser.parse(for_parser(definition))[0]


def find_state(definition: str, name: str) -> dict[str, Any]:
    """Return the state of that name, at any depth; names are unique in a definition."""
    states = _all_states(json.loads(definition), "")
    return next(state for path, state in states if path.rsplit("/States/", 1)[1] == name)


def synchronous_resources(definition: str) -> set[str]:
    """Return the Resources of a definition that end in `.sync`, at any depth."""
    return {
        str(state["Resource"])
        for _, state in _all_states(json.loads(definition), "")
        if ".sync" in str(state.get("Resource", ""))
    }


def _parse_problems(definition: str) -> Iterator[Problem]:
    try:
        load_program(definition)
    except ASLParserException as error:
        for message in error.errors or [
            "the definition does not follow the Amazon States Language"
        ]:
            yield Problem("SCHEMA_VALIDATION_FAILED", message, "")
    except Exception as error:  # noqa: BLE001 - the parser raises whatever it stumbles over
        yield Problem("SCHEMA_VALIDATION_FAILED", str(error) or type(error).__name__, "")


def _sub_machines(state: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, branch in enumerate(state.get("Branches") or []):
        yield f"{path}/Branches[{index}]", branch
    for key in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(key), dict):
            yield f"{path}/{key}", state[key]


def _all_states(machine: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in (machine.get("States") or {}).items():
        yield f"{path}/States/{name}", state
        for sub_path, sub_machine in _sub_machines(state, f"{path}/States/{name}"):
            yield from _all_states(sub_machine, sub_path)


def _check_names(machine: dict[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, _ in _all_states(machine, ""):
        name = path.rsplit("/States/", 1)[1]
        if name in seen:
            yield Problem("DUPLICATE_STATE_NAME", f"Duplicate State name: {name}", path)
        if len(name) > 80:
            message = f"a state's name has at most 80 characters, got {len(name)}"
            yield Problem("SCHEMA_VALIDATION_FAILED", message, path)
        seen.add(name)


def _check_states(machine: dict[str, Any], path: str, language: str) -> Iterator[Problem]:
    states = machine.get("States")
    if not isinstance(states, dict) or not states:
        yield Problem("SCHEMA_VALIDATION_FAILED", "'States' must hold at least one state", path)
        return
    start = machine.get("StartAt")
    if start not in states:
        yield Problem("MISSING_TRANSITION_TARGET", f"Missing 'StartAt' target: {start}", path)
    reached = {start} if start in states else set(states)
    for name, state in states.items():
        where = f"{path}/States/{name}"
        state_language = state.get("QueryLanguage", language)
        yield from _check_fields(state, where, state_language)
        for field, target in _transitions(state):
            reached.add(target)
            if target not in states:
                message = f"Missing '{field.rsplit('/', 1)[-1]}' target: {target}"
                yield Problem("MISSING_TRANSITION_TARGET", message, f"{where}/{field}")
        for sub_path, sub_machine in _sub_machines(state, where):
            yield from _check_states(sub_machine, sub_path, state_language)
    for name in states.keys() - reached:
        message = f'State "{name}" is not reachable.'
        yield Problem("MISSING_TRANSITION_TARGET", message, f"{path}/States/{name}")


def _transitions(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field]
    for field in ("Choices", "Catch"):
        for index, rule in enumerate(state.get(field) or []):
            yield f"{field}[{index}]/Next", rule.get("Next")


def _check_fields(state: dict[str, Any], where: str, language: str) -> Iterator[Problem]:
    kind = state.get("Type")
    if kind not in _JSONATA_FIELDS:
        message = f"'Type' must be one of {', '.join(_JSONATA_FIELDS)}, got {kind!r}"
        yield Problem("SCHEMA_VALIDATION_FAILED", message, where)
        return
    for field, purpose in _UNSUPPORTED.items():
        if field in state:
            message = f"The embedded AWS does not support '{field}' ({purpose})"
            yield Problem("SCHEMA_VALIDATION_FAILED", message, f"{where}/{field}")
    if kind == "Map":
        for message, location in check_map(state, language):
            yield Problem("SCHEMA_VALIDATION_FAILED", message, f"{where}{location}")
    if kind in ("Pass", "Task", "Wait", "Parallel", "Map") and ("Next" in state) == (
        state.get("End") is True
    ):
        message = "a state must have either 'Next' or 'End': true"
        yield Problem("SCHEMA_VALIDATION_FAILED", message, where)
    if language == "JSONata":
        for field in sorted(state.keys() - _JSONATA_FIELDS[kind] - _UNSUPPORTED.keys()):
            message = f"Field '{field}' is not supported in a JSONata {kind} state"
            yield Problem("SCHEMA_VALIDATION_FAILED", message, f"{where}/{field}")
        own = {k: v for k, v in state.items() if k not in ("Branches", "ItemProcessor")}
        yield from _check_expressions(own, where)


def _check_expressions(value: Any, where: str) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _check_expressions(member, f"{where}/{key}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _check_expressions(member, f"{where}[{index}]")
    elif isinstance(value, str) and (expression := find_expression(value)) is not None:
        try:
            check_syntax(expression)
        except JsonataError as error:
            message = f"the JSONata expression '{expression}' is invalid: {error}"
            yield Problem("INVALID_JSONATA", message, where)
