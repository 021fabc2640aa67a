"""Check the fields of a state: which its type and query language have, and their values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from embedded_aws.stepfunctions.definitions.problems import Problem, schema
from embedded_aws.stepfunctions.definitions.templates import (
    TEMPLATES,
    check_expressions,
    check_path,
    check_reference_path,
    check_template,
    check_variable_names,
)
from embedded_aws.stepfunctions.definitions.values import (
    MOST,
    check_list,
    check_number,
    check_one_of,
    check_required,
    check_timestamp,
    check_type,
    is_expression,
)

_EVERYWHERE = {"Type", "Comment", "QueryLanguage"}
_PATHS = {"InputPath", "OutputPath"}
_FLOW = {"Output", "Assign", "Next", "End", *_PATHS}
_WORK = {"ResultPath", "Parameters", "ResultSelector", "Retry", "Catch"}
# cdk-preflight, 8 types with 50 fields each
FIELDS = {
    "Pass": {*_FLOW, "Result", "ResultPath", "Parameters"},
    "Task": {
        *_FLOW,
        *_WORK,
        "Arguments",
        "Resource",
        "Credentials",
        "TimeoutSeconds",
        "TimeoutSecondsPath",
        "HeartbeatSeconds",
        "HeartbeatSecondsPath",
    },
    "Choice": {*_PATHS, "Output", "Assign", "Choices", "Default"},
    "Wait": {*_FLOW, "Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
    "Succeed": {*_PATHS, "Output"},
    "Fail": {"Error", "Cause", "ErrorPath", "CausePath"},
    "Parallel": {*_FLOW, *_WORK, "Arguments", "Branches"},
    "Map": {
        *_FLOW,
        *_WORK,
        "ItemProcessor",
        "Iterator",
        "ItemsPath",
        "Items",
        "ItemSelector",
        "ItemReader",
        "ItemBatcher",
        "ResultWriter",
        "MaxConcurrency",
        "MaxConcurrencyPath",
        "ToleratedFailurePercentage",
        "ToleratedFailurePercentagePath",
        "ToleratedFailureCount",
        "ToleratedFailureCountPath",
        "Label",
    },
}
# The numbers that may also be a path of their own in JSONPath, with their range.
_NUMBERS: dict[str, tuple[float, float | None, str]] = {
    "TimeoutSeconds": (1, MOST, "Integer"),
    "HeartbeatSeconds": (1, MOST, "Integer"),
    "Seconds": (0, MOST, "Integer"),
    "MaxConcurrency": (0, None, "Integer"),
    "ToleratedFailureCount": (0, None, "Integer"),
    "ToleratedFailurePercentage": (0.0, 100.0, "Number"),
}
_JSONATA_ONLY = {"Arguments", "Output", "Items"}
_JSONPATH_ONLY = {
    "InputPath",
    "OutputPath",
    "ResultPath",
    "Parameters",
    "ResultSelector",
    "Result",
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "ErrorPath",
    "CausePath",
    *(f"{name}Path" for name in _NUMBERS),
}
_WAITS = ("SecondsPath", "Seconds", "TimestampPath", "Timestamp")
_OTHER_MACHINES = {"Branches", "ItemProcessor", "Iterator"}


def check_state_fields(state: dict[str, Any], where: str, language: str) -> Iterator[Problem]:
    """Yield the problems of a state of a known type, without those of states below it."""
    kind = state["Type"]
    known = FIELDS[kind] | _EVERYWHERE
    for field in state:
        if field not in known:
            yield schema(f"Field '{field}' is not supported", where)
    for wrong, right in ((_JSONATA_ONLY, "JSONata"), (_JSONPATH_ONLY, "JSONPath")):
        if right != language:
            for field in sorted(state.keys() & wrong & known):
                yield schema(
                    f"The QueryLanguage is set to '{language}', but field '{field}' is only "
                    f"supported for the '{right}' QueryLanguage",
                    where,
                )
    yield from _check_ways_out(state, where)
    yield from _check_numbers(state, where, language)
    for field in ("Comment", "Next", "Default", "Error", "Cause"):
        if field in state and field in known:
            yield from check_type(state[field], "String", f"{where}/{field}")
    if "Assign" in state:
        is_template = language == "JSONPath"
        yield from check_variable_names(state["Assign"], f"{where}/Assign", is_template=is_template)
    if kind == "Wait":
        yield from _check_wait(state, where, language)
    if kind == "Parallel":
        yield from check_required(state, ["Branches"], where)
        if "Branches" in state:
            yield from check_list(state["Branches"], f"{where}/Branches")
    if language == "JSONata":
        own = {field: value for field, value in state.items() if field not in _OTHER_MACHINES}
        yield from check_expressions(own, where)
    else:
        yield from _check_paths(state, where)


def _check_ways_out(state: dict[str, Any], where: str) -> Iterator[Problem]:
    if state["Type"] in ("Choice", "Succeed", "Fail"):
        return
    if "End" in state:
        yield from check_type(state["End"], "Boolean", f"{where}/End")
    ways = {field: True for field in ("Next", "End") if state.get(field) not in (None, False)}
    yield from check_one_of(ways, ("Next", "End"), where)


def _check_numbers(state: dict[str, Any], where: str, language: str) -> Iterator[Problem]:
    for field, (least, most, kind) in _NUMBERS.items():
        value = state.get(field)
        is_computed = language == "JSONata" and is_expression(value)
        if field in state and not is_computed:
            yield from check_number(value, f"{where}/{field}", least, most, kind=kind)
        yield from check_one_of(state, (field, f"{field}Path"), where, is_required=False)
    for field in ("Error", "Cause"):
        yield from check_one_of(state, (field, f"{field}Path"), where, is_required=False)
    timeout, heartbeat = state.get("TimeoutSeconds"), state.get("HeartbeatSeconds")
    if isinstance(timeout, int) and isinstance(heartbeat, int) and heartbeat >= timeout:
        yield schema("HeartbeatSeconds must be smaller than TimeoutSeconds", where)


def _check_wait(state: dict[str, Any], where: str, language: str) -> Iterator[Problem]:
    yield from check_one_of(state, _WAITS, where)
    value = state.get("Timestamp")
    if "Timestamp" in state and not (language == "JSONata" and is_expression(value)):
        yield from check_timestamp(value, f"{where}/Timestamp")


def _check_paths(state: dict[str, Any], where: str) -> Iterator[Problem]:
    for field in sorted(_PATHS):
        if state.get(field) is not None:
            yield from check_path(state[field], f"{where}/{field}")
    if state.get("ResultPath") is not None:
        yield from check_reference_path(state["ResultPath"], f"{where}/ResultPath")
    for field in ("ItemsPath", "SecondsPath", "TimestampPath", *(f"{n}Path" for n in _NUMBERS)):
        if field in state:
            in_input = field not in ("ItemsPath", "SecondsPath", "TimestampPath")
            yield from check_reference_path(state[field], f"{where}/{field}", in_input=in_input)
    for field in ("ErrorPath", "CausePath"):
        if field in state:
            yield from check_template({f"{field}.$": state[field]}, f"{where}/{field}")
    for field in (*TEMPLATES, "Assign"):
        if field in state:
            yield from check_template(state[field], f"{where}/{field}")
    for field in ("ResultSelector", "ItemSelector"):
        if field in state:
            yield from check_type(state[field], "Object", f"{where}/{field}")
