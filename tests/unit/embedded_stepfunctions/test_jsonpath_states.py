"""JSONPath states do at run time what the guide says: escapes, paths, errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_aws.stepfunctions.definitions.machine import find_problems
from tests.fakes.one_execution import run_alone


def passes(parameters: dict[str, Any], given: Any, **members: Any) -> Any:
    state = {"Type": "Pass", "Parameters": parameters, "End": True, **members}
    ended = run_alone({"StartAt": "P", "States": {"P": state}}, given)
    return ended.output if ended.status == "SUCCEEDED" else (ended.error, ended.cause)


def chooses(rule: dict[str, Any], given: Any) -> Any:
    states = {
        "C": {"Type": "Choice", "Choices": [{"Next": "Yes", **rule}], "Default": "No"},
        "Yes": {"Type": "Pass", "Result": True, "End": True},
        "No": {"Type": "Pass", "Result": False, "End": True},
    }
    ended = run_alone({"StartAt": "C", "States": states}, given)
    return ended.output if ended.status == "SUCCEEDED" else (ended.error, ended.cause)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (r"States.Format('it\'s \{\} {}', $.s)", "it's {} x"),
        (r"States.Format('back\\slash')", "back\\slash"),
        ("States.Format('{}{}', $.n, $.list)", "1[a, b]"),
        (r"States.StringSplit('it\'s', '\'')", ["it", "s"]),
        (r"States.Array('\{', 'a')", ["{", "a"]),
        ("States.Format($.template, $.s)", "<x>"),
        (r"States.JsonToString(States.Array('é'))", '["é"]'),
    ],
)
def test_texts_of_intrinsic_functions_have_the_guides_escapes(call: str, expected: Any) -> None:
    given = {"s": "x", "n": 1, "list": ["a", "b"], "template": "<{}>"}
    assert passes({"a.$": call}, given) == {"a": expected}


@pytest.mark.parametrize("call", ["States.Fly(1)", "States.Format('a'", "States.Format('a') b"])
def test_a_call_that_does_not_parse_is_refused(call: str) -> None:
    state = {"Type": "Pass", "Parameters": {"a.$": call}, "End": True}
    [problem] = find_problems(json.dumps({"StartAt": "P", "States": {"P": state}}))
    assert problem.message == (
        "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call"
    )


def test_a_format_with_too_few_values_fails_by_name() -> None:
    error, cause = passes({"a.$": "States.Format('{} {}', $.s)"}, {"s": "x"})
    assert error == "States.IntrinsicFailure"
    assert "2 occurrences of {} and 1 values" in cause


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"a*c\\*", "abbc*", False),  # an escaped backslash, then anything
        (r"a*c\*", "abbc*", True),
        (r"a*c\*", "abbcd", False),
        (r"a\\*", "a\\b", True),
        ("*.txt", "a\nb.txt", True),
        ("a?c", "abc", False),
        ("[ab]", "a", False),
        ("", "", True),
    ],
)
def test_only_stars_are_wildcards_and_backslashes_escape_them(
    pattern: str, text: str, matches: bool
) -> None:
    assert chooses({"Variable": "$.t", "StringMatches": pattern}, {"t": text}) is matches


@pytest.mark.parametrize(
    "operator", [{"NumericEquals": 1}, {"IsNull": True}, {"StringMatches": "*"}]
)
def test_a_missing_variable_ends_the_execution(operator: dict[str, Any]) -> None:
    assert chooses({"Variable": "$.nope.deep", **operator}, {"a": 1}) == (
        "States.Runtime",
        "An error occurred while executing the state 'C' (entered at the event id #2). Invalid "
        "path '$.nope.deep': The choice state's condition path references an invalid value.",
    )


def test_presence_can_be_asked_first() -> None:
    rule = {
        "And": [{"Variable": "$.a", "IsPresent": True}, {"Variable": "$.a", "NumericEquals": 1}]
    }
    assert chooses(rule, {}) is False
    assert chooses(rule, {"a": 1}) is True
    assert chooses({"Not": {"Variable": "$.a", "IsPresent": True}}, {}) is True


@pytest.mark.parametrize(
    ("path", "given", "expected"),
    [
        ("$.a.b", {"x": 1}, {"x": 1, "a": {"b": {}}}),
        ("$['a'].b", {"a": {"c": 2}}, {"a": {"c": 2, "b": {}}}),
        ("$.a[1]", {"a": [0, 1]}, {"a": [0, {}]}),
        ("$", 5, {}),
    ],
)
def test_results_go_where_their_path_says(path: str, given: Any, expected: Any) -> None:
    assert passes({}, given, ResultPath=path) == expected


@pytest.mark.parametrize(
    ("path", "given"),
    [("$.a.b", {"a": 5}), ("$.a", "text"), ("$.a[2]", {"a": [1]}), ("$.a.b", {"a": [1]})],
)
def test_a_result_that_fits_nowhere_fails_by_name(path: str, given: Any) -> None:
    error, cause = passes({}, given, ResultPath=path)
    assert error == "States.ResultPathMatchFailure"
    assert cause.endswith(
        f"Unable to apply ReferencePath {path} to input {json.dumps(given, separators=(',', ':'))}"
    )


def test_states_below_a_jsonata_state_have_the_whole_workflows_language() -> None:
    branch = {
        "StartAt": "B",
        "States": {"B": {"Type": "Pass", "Parameters": {"b.$": "$.a"}, "End": True}},
    }
    parallel = {
        "Type": "Parallel",
        "QueryLanguage": "JSONata",
        "Branches": [branch],
        "Output": "{% $states.result[0].b %}",
        "End": True,
    }
    assert run_alone({"StartAt": "P", "States": {"P": parallel}}, {"a": 7}).output == 7
