"""Expressions see values, not text; null and undefined differ; Step Functions' functions exist."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedded_aws.stepfunctions.library.jsonata_engine import (
    JsonataError,
    check_syntax,
    evaluate,
    find_expression,
)

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON)
def test_a_bound_value_comes_back_unchanged(value: Any) -> None:
    assert evaluate("$value", {"value": value}) == value


@given(st.text())
def test_text_is_never_read_as_an_expression(text: str) -> None:
    assert evaluate('$a & "|" & $b', {"a": text, "b": "{% 1 %}"}) == text + "|{% 1 %}"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$s.nil", None),
        ('{"a": null}', {"a": None}),
        ("$exists($s.nil)", True),
        ("$exists($s.missing)", False),
        ("$s.nil = null", True),
        ("[1..4]", [1, 2, 3, 4]),
        ("$count([1..4])", 4),
        ("$s.list", [1, 2, 3]),
        ("$s.one", [5]),
        ("$s.list[$ > 1]", [2, 3]),
        ("$merge([$s.object, {'k': 2}])", {"k": 2, "l": None}),
        ("$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(0, 10, 5)", [0, 5, 10]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        (
            '$hash("a", "SHA-256")',
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        ),
        ('$hash("a", "MD5")', "0cc175b9c0f1b6a831c399e269772661"),
        ("$parse('{\"a\": [1, null]}')", {"a": [1, None]}),
        ("$random(7) = $random(7)", True),
        ("/* comment */ 1", 1),
    ],
)
def test_an_expression_has_its_value(expression: str, expected: Any) -> None:
    states = {"nil": None, "list": [1, 2, 3], "one": [5], "object": {"k": 1, "l": None}}
    assert evaluate(expression, {"s": states}) == expected


def test_uuid_and_random_differ_from_call_to_call() -> None:
    first, second = evaluate("[$uuid(), $uuid()]", {})
    assert uuid.UUID(first).version == uuid.UUID(second).version == 4
    assert first != second
    assert 0 <= evaluate("$random()", {}) < 1


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("$s.missing", "returned nothing (undefined)"),
        ("$nowhere.at.all", "returned nothing (undefined)"),
        ("function($x) { $x }", "unsupported result type"),
        ("1 / 0", "division by zero"),
        ('$error("my reason")', "my reason"),
        ('$eval("1")', "$eval is not supported"),
        ('$hash("a", "CRC")', "unknown algorithm 'CRC'; allowed: MD5, SHA-1"),
        ("$partition([1], 0)", "must be positive"),
        ("$range(0, 5000, 1)", "at most 1000 values, got 5001"),
        ("$range(0, 1, 0)", "step must not be zero"),
        ("$parse('{')", "not valid JSON"),
        ("$unknown(1)", "non-function"),
    ],
)
def test_an_expression_without_a_value_says_why(expression: str, reason: str) -> None:
    with pytest.raises(JsonataError) as error:
        evaluate(expression, {"s": {}})
    assert reason in str(error.value)


@pytest.mark.parametrize("expression", ["1 +", "(", '"open', "$s.{"])
def test_bad_syntax_is_found_without_evaluating(expression: str) -> None:
    with pytest.raises(JsonataError):
        check_syntax(expression)


def test_only_text_between_the_markers_is_an_expression() -> None:
    assert find_expression("{% $a\n %}") == "$a"
    assert find_expression("a {% $a %}") is None
    assert find_expression("$a") is None
