"""Check Retry and Catch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from embedded_aws.stepfunctions.definitions.problems import Problem, schema
from embedded_aws.stepfunctions.definitions.templates import check_reference_path
from embedded_aws.stepfunctions.definitions.values import (
    MOST,
    check_enum,
    check_fields,
    check_list,
    check_number,
    check_required,
    check_type,
)

_ALL = "States.ALL"
_RETRY = {
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
}
_CATCH = {"ErrorEquals", "Next", "ResultPath", "Assign", "Output", "Comment"}


def check_error_handling(state: dict[str, Any], where: str, language: str) -> Iterator[Problem]:
    """Yield the problems of a state's retriers and catchers."""
    for field, known in (("Retry", _RETRY), ("Catch", _CATCH)):
        if field not in state:
            continue
        entries = state[field]
        yield from check_type(entries, "Array", f"{where}/{field}")
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            place = f"{where}/{field}[{index}]"
            if not isinstance(entry, dict):
                yield schema("Expected value of type Object", place)
                continue
            yield from check_fields(entry, known, place)
            yield from _check_names(entry, place, is_last=index == len(entries) - 1)
            if field == "Retry":
                yield from _check_retrier(entry, place)
            else:
                yield from _check_catcher(entry, place, language)


def _check_names(entry: dict[str, Any], where: str, *, is_last: bool) -> Iterator[Problem]:
    yield from check_required(entry, ["ErrorEquals"], where)
    if "ErrorEquals" not in entry:
        return
    names, place = entry["ErrorEquals"], f"{where}/ErrorEquals"
    yield from check_list(names, place)
    for index, name in enumerate(names if isinstance(names, list) else []):
        yield from check_type(name, "String", f"{place}[{index}]")
        if name == _ALL and not (is_last and len(names) == 1):
            message = f"{_ALL} must appear alone and at end of list"
            yield schema(message, f"{place}[{index}]")


def _check_retrier(entry: dict[str, Any], where: str) -> Iterator[Problem]:
    ranges = {
        "IntervalSeconds": (0, MOST, "Integer"),
        "MaxAttempts": (0, MOST, "Integer"),
        "BackoffRate": (1, None, "Number"),
        # "Greater than 0 and less than 31622400" (developer guide, "Handling errors").
        "MaxDelaySeconds": (1, 31_622_399, "Integer"),
    }
    for field, (least, most, kind) in ranges.items():
        if field in entry:
            yield from check_number(entry[field], f"{where}/{field}", least, most, kind=kind)
    if "JitterStrategy" in entry:
        yield from check_enum(entry["JitterStrategy"], ["NONE", "FULL"], f"{where}/JitterStrategy")


def _check_catcher(entry: dict[str, Any], where: str, language: str) -> Iterator[Problem]:
    yield from check_required(entry, ["Next"], where)
    other, only = ("ResultPath", "JSONPath") if language == "JSONata" else ("Output", "JSONata")
    if other in entry:
        yield schema(
            f"The QueryLanguage is set to '{language}', but field '{other}' is only supported for "
            f"the '{only}' QueryLanguage",
            where,
        )
    elif entry.get("ResultPath") is not None:
        yield from check_reference_path(entry["ResultPath"], f"{where}/ResultPath")
