"""Event patterns match as the EventBridge guide says, and others are refused with the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_aws.eventbridge.pattern import PatternError, parse_pattern

EVENT = {
    "source": "app.orders",
    "resources": [],
    "detail": {
        "state": "Done",
        "path": "/data/in/train.csv",
        "count": 3,
        "free": True,
        "none": None,
        "address": "10.0.1.7",
        "tags": ["red", "blue"],
        "items": [{"kind": "a", "size": 1}, {"kind": "b", "size": 9}],
    },
}


def _matches(detail: Any) -> bool:
    return parse_pattern(json.dumps({"detail": detail})).matches(EVENT)


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"state": ["Done"]}, True),
        ({"state": ["done", "Failed"]}, False),
        ({"state": [{"equals-ignore-case": "dONE"}]}, True),
        ({"state": [{"prefix": "Do"}]}, True),
        ({"state": [{"prefix": {"equals-ignore-case": "dO"}}]}, True),
        ({"state": [{"prefix": "do"}]}, False),
        ({"path": [{"suffix": ".csv"}]}, True),
        ({"path": [{"suffix": {"equals-ignore-case": ".CSV"}}]}, True),
        ({"path": [{"suffix": ".CSV"}]}, False),
        ({"path": [{"wildcard": "/data/*/*.csv"}]}, True),
        ({"path": [{"wildcard": "/data/*.json"}]}, False),
        ({"state": [{"wildcard": "D\\*ne"}]}, False),
        ({"state": [{"anything-but": "Done"}]}, False),
        ({"state": [{"anything-but": ["Failed", "Stopped"]}]}, True),
        ({"state": [{"anything-but": {"prefix": "Do"}}]}, False),
        ({"state": [{"anything-but": {"prefix": ["Fa", "St"]}}]}, True),
        ({"state": [{"anything-but": {"suffix": "ne"}}]}, False),
        ({"state": [{"anything-but": {"equals-ignore-case": ["done"]}}]}, False),
        ({"state": [{"anything-but": {"wildcard": "F*"}}]}, True),
        ({"tags": [{"anything-but": "red"}]}, True),  # blue is something else
        ({"missing": [{"anything-but": "red"}]}, False),
        ({"count": [{"anything-but": 3}]}, False),
        ({"count": [3.0]}, True),
        ({"count": ["3"]}, False),
        ({"count": [{"numeric": [">", 2, "<=", 3]}]}, True),
        ({"count": [{"numeric": ["=", 4]}]}, False),
        ({"count": [{"numeric": ["<", 3]}]}, False),
        ({"state": [{"numeric": ["<", 3]}]}, False),
        ({"free": [True]}, True),
        ({"free": [1]}, False),
        ({"count": [True]}, False),
        ({"none": [None]}, True),
        ({"missing": [None]}, False),
        ({"state": [{"exists": True}]}, True),
        ({"missing": [{"exists": True}]}, False),
        ({"missing": [{"exists": False}]}, True),
        ({"missing": {"inner": [{"exists": False}]}}, True),
        ({"state": [{"exists": False}]}, False),
        ({"items": [{"exists": True}]}, False),  # only leaves exist
        ({"missing": ["x", {"exists": False}]}, True),
        ({"address": [{"cidr": "10.0.0.0/16"}]}, True),
        ({"address": [{"cidr": "10.0.2.0/24"}]}, False),
        ({"state": [{"cidr": "10.0.2.0/24"}]}, False),
        ({"tags": ["green", "blue"]}, True),
        ({"tags": ["green"]}, False),
        ({"items": {"kind": ["a"], "size": [{"numeric": ["<", 5]}]}}, True),
        ({"items": {"kind": ["a"], "size": [9]}}, False),  # of different items
        ({"$or": [{"state": ["Failed"]}, {"count": [3]}]}, True),
        ({"$or": [{"state": ["Failed"]}, {"count": [4]}]}, False),
        ({"free": [False], "$or": [{"state": ["Done"]}, {"count": [4]}]}, False),
    ],
)
def test_each_operator_matches(detail: Any, expected: bool) -> None:
    assert _matches(detail) is expected


def test_an_empty_array_exists_for_no_condition_but_absence() -> None:
    assert parse_pattern('{"resources": [{"exists": false}]}').matches(EVENT)
    assert not parse_pattern('{"resources": [{"exists": true}]}').matches(EVENT)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "line 1"),
        ("[]", "not an object"),
        ("{}", "Empty event pattern"),
        ('{"source": "app"}', '"source" must be an object or an array'),
        ('{"source": []}', "Empty arrays"),
        ('{"detail": {}}', "Empty objects"),
        ('{"source": [["a"]]}', "Match value must be"),
        ('{"source": [{"like": "a"}]}', "Unrecognized match type like"),
        ('{"source": [{"prefix": "a", "suffix": "b"}]}', "Only one key"),
        ('{"source": [{"prefix": 1}]}', "must be a string"),
        ('{"source": [{"prefix": {"wildcard": "a"}}]}', "Unsupported prefix pattern"),
        ('{"source": [{"exists": "yes"}]}', "true or false"),
        ('{"source": [{"wildcard": "a**b"}]}', "Consecutive wildcard"),
        ('{"source": [{"wildcard": "a\\\\b"}]}', "Invalid escape"),
        ('{"n": [{"numeric": []}]}', "one or two comparisons"),
        ('{"n": [{"numeric": ["!", 1]}]}', "Unrecognized numeric range operator"),
        ('{"n": [{"numeric": ["<", "1"]}]}', "must be numeric"),
        ('{"n": [{"numeric": [">", 5, "<", 1]}]}', "Bottom must be less than top"),
        ('{"n": [{"numeric": ["<", 1, ">", 5]}]}', "Bottom must be less than top"),
        ('{"n": [6e9]}', "between -5.0E9"),
        ('{"ip": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR"),
        ('{"ip": [{"cidr": "10.0.0.0/99"}]}', "Malformed CIDR"),
        ('{"s": [{"anything-but": []}]}', "Empty arrays"),
        ('{"s": [{"anything-but": ["a", 1]}]}', "all strings or all numbers"),
        ('{"s": [{"anything-but": {"numeric": ["=", 1]}}]}', "Unsupported anything-but"),
        ('{"$or": [{"a": [1]}]}', "at least 2"),
        ('{"$or": [{"a": [1]}, 2]}', "Only JSON object"),
    ],
)
def test_a_pattern_that_is_not_valid_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(PatternError, match=reason):
        parse_pattern(text)
