"""Check a whole definition: its containers of states, their transitions, and every state."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import ASLParserException

from embedded_aws.stepfunctions.definitions.choice_rules import check_choices
from embedded_aws.stepfunctions.definitions.error_rules import check_error_handling
from embedded_aws.stepfunctions.definitions.integration_rules import check_task
from embedded_aws.stepfunctions.definitions.map_rules import check_map, labels_of
from embedded_aws.stepfunctions.definitions.problems import Problem, schema
from embedded_aws.stepfunctions.definitions.reading import (
    all_states,
    load_program,
    sub_machines,
)
from embedded_aws.stepfunctions.definitions.state_fields import FIELDS, check_state_fields
from embedded_aws.stepfunctions.definitions.templates import TEMPLATES, find_dollar_warnings
from embedded_aws.stepfunctions.definitions.values import (
    MOST,
    check_enum,
    check_fields,
    check_number,
    check_required,
    check_type,
)

_SIZE_LIMIT_BYTES = 1_048_576
_DEEPEST = 25
_LANGUAGES = ("JSONPath", "JSONata")
_CONTAINER = {"StartAt", "States", "Comment"}
_WHOLE = {*_CONTAINER, "QueryLanguage", "TimeoutSeconds", "Version"}


class _DuplicateError(ValueError):
    """A JSON object has a member twice."""


def find_problems(definition: str) -> list[Problem]:
    """Return every problem of a definition; empty when it can run here."""
    return list(_problems(definition))


@functools.lru_cache(maxsize=64)
def _problems(definition: str) -> Sequence[Problem]:
    try:
        machine = json.loads(definition, object_pairs_hook=_object)
        if machine is None:
            return [Problem("MISSING_DESCRIPTION", "The definition is empty", None)]
        if not isinstance(machine, dict) or len(definition.encode()) > _SIZE_LIMIT_BYTES:
            message = f"the definition must be a JSON object of at most {_SIZE_LIMIT_BYTES} bytes"
            return [schema(message, "")]
        problems = list(_check_machine(machine))
        return problems or list(_parse_problems(definition))
    except RecursionError:
        return [Problem("TOO_DEEPLY_NESTED", "The states are too deeply nested", None)]
    except ValueError as error:
        return [Problem("INVALID_JSON_DESCRIPTION", str(error), None)]


def find_warnings(definition: str) -> list[Problem]:
    """Return the warnings about a definition that is a JSON object."""
    machine = json.loads(definition)
    found: list[Problem] = []
    for where, state in all_states(machine, ""):
        if "JSONata" in (machine.get("QueryLanguage"), state.get("QueryLanguage")):
            continue
        for field in (*TEMPLATES, "Assign"):
            found += find_dollar_warnings(state.get(field), f"{where}/{field}")
        if any(find_dollar_warnings({"Result": state.get("Result")}, "")):
            message = "The Result of a Pass state is static; a path in it is not evaluated"
            found.append(Problem("PASS_RESULT_IS_STATIC", message, f"{where}/Result", "WARNING"))
    return found


def _check_machine(machine: dict[str, Any]) -> Iterator[Problem]:
    yield from check_fields(machine, _WHOLE, "")
    language = machine.get("QueryLanguage", "JSONPath")
    yield from check_enum(language, _LANGUAGES, "/QueryLanguage")
    if "Version" in machine:
        yield from check_enum(machine["Version"], ["1.0"], "/Version")
    if "TimeoutSeconds" in machine:
        yield from check_number(machine["TimeoutSeconds"], "/TimeoutSeconds", 0, MOST)
    if "Comment" in machine:
        yield from check_type(machine["Comment"], "String", "/Comment")
    yield from _check_container(machine, "", language, depth=0)
    yield from _check_names(machine)
    yield from labels_of(all_states(machine, ""))


def _check_container(
    machine: dict[str, Any], path: str, language: str, *, depth: int
) -> Iterator[Problem]:
    """Check states that transition to each other: the whole workflow, a branch, a processor."""
    if depth > _DEEPEST:
        yield Problem("TOO_DEEPLY_NESTED", "The states are too deeply nested", path)
        return
    yield from check_required(machine, ["StartAt", "States"], path)
    states = machine.get("States")
    if "States" in machine and (not isinstance(states, dict) or not states):
        yield schema("'States' must hold at least one state", path)
    if not isinstance(states, dict) or not states:
        return
    for name, state in states.items():
        where = f"{path}/States/{name}"
        if not isinstance(state, dict):
            yield schema("Expected value of type Object", where)
            continue
        yield from _check_state(state, where, language)
        for sub_path, below in sub_machines(state, where):
            if isinstance(below, dict):
                is_branch = sub_path.endswith("]")
                known = _CONTAINER if is_branch else {*_CONTAINER, "ProcessorConfig"}
                yield from check_fields(below, known, sub_path)
                # States below a state have the whole workflow's language (floci issue 2968).
                yield from _check_container(below, sub_path, language, depth=depth + 1)
            else:
                yield schema("Expected value of type Object", sub_path)
    yield from _check_transitions(machine, path)


def _check_state(state: dict[str, Any], where: str, whole: str) -> Iterator[Problem]:
    yield from check_required(state, ["Type"], where)
    if "Type" not in state:
        return
    kind = state["Type"]
    if not isinstance(kind, str) or kind not in FIELDS:
        yield from check_enum(None, list(FIELDS), f"{where}/Type")
        return
    language = state.get("QueryLanguage", whole)
    yield from check_enum(language, _LANGUAGES, f"{where}/QueryLanguage")
    if whole == "JSONata" and language == "JSONPath":
        message = (
            "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
        )
        yield schema(message, where)
        return
    yield from check_state_fields(state, where, language)
    yield from check_error_handling(state, where, language)
    if "Credentials" in state:
        message = (
            "The embedded AWS does not support 'Credentials' (acting with a role other than the "
            "state machine's)"
        )
        yield schema(message, f"{where}/Credentials")
    if kind == "Task":
        yield from check_task(state, where, language)
    elif kind == "Choice":
        yield from check_choices(state, where, language)
    elif kind == "Map":
        for message, location in check_map(state, language):
            yield schema(message, f"{where}{location}")


def _check_transitions(machine: dict[str, Any], path: str) -> Iterator[Problem]:
    states = machine["States"]
    start = machine.get("StartAt")
    if "StartAt" in machine and (not isinstance(start, str) or start not in states):
        message = f"Missing 'StartAt' target: {start}"
        yield Problem("MISSING_TRANSITION_TARGET", message, path)
    reached = {start} if isinstance(start, str) and start in states else set(states)
    is_ending = False
    for name, state in states.items():
        if not isinstance(state, dict):
            continue
        is_ending |= state.get("Type") in ("Succeed", "Fail") or state.get("End") is True
        for field, target in _transitions(state):
            if target != name:
                reached.add(target)
            if target not in states:
                message = f"Missing '{field.rsplit('/', 1)[-1]}' target: {target}"
                where = f"{path}/States/{name}/{field}"
                yield Problem("MISSING_TRANSITION_TARGET", message, where)
    for name in states:
        if name not in reached:
            message = f'State "{name}" is not reachable.'
            yield Problem("MISSING_TRANSITION_TARGET", message, f"{path}/States/{name}")
    if not is_ending:
        yield Problem("MISSING_END_STATE", "Workflow has no terminal state", path or None)


def _transitions(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field in ("Next", "Default"):
        if isinstance(state.get(field), str):
            yield field, state[field]
    for field in ("Choices", "Catch"):
        rules = state.get(field)
        for index, rule in enumerate(rules if isinstance(rules, list) else []):
            if isinstance(rule, dict) and isinstance(rule.get("Next"), str):
                yield f"{field}[{index}]/Next", rule["Next"]


def _check_names(machine: dict[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, _ in all_states(machine, ""):
        name = path.rsplit("/States/", 1)[1]
        if name in seen:
            yield Problem("DUPLICATE_STATE_NAME", f"Duplicate State name: {name}", path)
        if not 1 <= len(name) <= 80:
            message = f"a state's name has 1 to 80 characters, got {len(name)}"
            yield Problem("INVALID_STATE_NAME", message, path)
        seen.add(name)


def _parse_problems(definition: str) -> Iterator[Problem]:
    try:
        load_program(definition)
    except ASLParserException as error:
        for message in error.errors or [
            "the definition does not follow the Amazon States Language"
        ]:
            yield schema(message, "")
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - the parser raises whatever it stumbles over
        yield schema(str(error) or type(error).__name__, "")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateError(f"Duplicate field '{key}'")
        found[key] = value
    return found
