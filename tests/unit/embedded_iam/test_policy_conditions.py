"""Condition operators, absent keys and set operators."""

from typing import Any

import pytest

from embedded_aws.iam.policy.conditions import PolicySyntaxError, compile_conditions
from embedded_aws.iam.policy.context import Context

CONTEXT = Context(
    {
        "aws:username": "ann",
        "aws:SourceIp": "10.1.2.3",
        "aws:SecureTransport": "true",
        "aws:CurrentTime": "2026-11-20T10:00:00Z",
        "aws:EpochTime": "1795168800",
        "aws:SourceArn": "arn:aws:states:us-east-1:123456789012:stateMachine:train",
        "aws:TagKeys": ["team", "cost"],
        "s3:max-keys": "10",
        "s3:prefix": "",
        "kms:bytes": "aGk=",
    },
    {"aws:ResourceTag/": lambda: {"Team": "growth"}},
)


def holds(operator: str, key: str, value: Any) -> bool:
    block = {operator: {key: value}}
    return all(c.holds(CONTEXT) for c in compile_conditions(block, variables=True, where="S"))


@pytest.mark.parametrize(
    ("operator", "key", "value", "expected"),
    [
        ("StringEquals", "aws:username", "ann", True),
        ("StringEquals", "AWS:UserName", ["bob", "ann"], True),
        ("StringEquals", "aws:username", "Ann", False),
        ("StringEquals", "aws:username", "a*", False),
        ("StringEquals", "s3:prefix", "", True),
        ("StringEqualsIgnoreCase", "aws:username", "ANN", True),
        ("StringNotEquals", "aws:username", ["bob", "eve"], True),
        ("StringNotEquals", "aws:username", ["bob", "ann"], False),
        ("StringNotEqualsIgnoreCase", "aws:username", "ANN", False),
        ("StringLike", "aws:username", "a?n", True),
        ("StringNotLike", "aws:username", "a*", False),
        ("StringLike", "aws:username", "${aws:username}", True),
        ("NumericEquals", "s3:max-keys", "10.0", True),
        ("NumericNotEquals", "s3:max-keys", 10, False),
        ("NumericLessThan", "s3:max-keys", 10, False),
        ("NumericLessThanEquals", "s3:max-keys", 10, True),
        ("NumericGreaterThan", "s3:max-keys", 9, True),
        ("NumericGreaterThanEquals", "s3:max-keys", 11, False),
        ("NumericEquals", "aws:username", 10, False),
        ("DateGreaterThan", "aws:CurrentTime", "2026-11-20T09:59:59Z", True),
        ("DateLessThan", "aws:CurrentTime", "2026-11-20T10:00:00Z", False),
        ("DateEquals", "aws:EpochTime", "2026-11-20T10:00:00Z", True),
        ("DateNotEquals", "aws:CurrentTime", "2026-11-20", True),
        ("Bool", "aws:SecureTransport", True, True),
        ("Bool", "aws:SecureTransport", "false", False),
        ("BinaryEquals", "kms:bytes", "aGk=", True),
        ("IpAddress", "aws:SourceIp", "10.0.0.0/8", True),
        ("IpAddress", "aws:SourceIp", ["192.168.0.0/16", "10.1.2.3"], True),
        ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", False),
        ("ArnLike", "aws:SourceArn", "arn:aws:states:*:123456789012:stateMachine:*", True),
        ("ArnEquals", "aws:SourceArn", "arn:aws:states:*:*:stateMachine:train", True),
        ("ArnNotLike", "aws:SourceArn", "arn:aws:states:*:*:stateMachine:other", True),
        ("ArnLike", "aws:SourceArn", "arn:*:stateMachine:train", False),
        ("Null", "aws:username", "false", True),
        ("Null", "aws:username", "true", False),
        ("Null", "aws:MultiFactorAuthAge", True, True),
        ("StringEquals", "aws:ResourceTag/team", "growth", True),
        ("StringEquals", "aws:ResourceTag/other", "growth", False),
    ],
)
def test_an_operator_compares_as_documented(
    operator: str, key: str, value: Any, expected: bool
) -> None:
    assert holds(operator, key, value) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("Bool", False),
        ("NumericLessThan", False),
        ("StringNotEquals", True),
        ("ArnNotLike", True),
        ("StringEqualsIfExists", True),
        ("BoolIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
def test_an_absent_key_satisfies_only_what_aws_says(operator: str, expected: bool) -> None:
    assert holds(operator, "aws:AbsentKey", "1") is expected


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("ForAllValues:StringEquals", ["team", "cost", "more"], True),
        ("ForAllValues:StringEquals", ["team"], False),
        ("ForAnyValue:StringEquals", ["team"], True),
        ("ForAnyValue:StringEquals", ["none"], False),
        ("ForAllValues:StringNotEquals", ["none"], True),
        ("ForAllValues:StringNotEquals", ["team"], False),
        ("ForAnyValue:StringNotEquals", ["team"], True),
        ("ForAnyValue:StringLike", ["te*"], True),
    ],
)
def test_set_operators_look_at_every_value(
    operator: str, values: list[str], expected: bool
) -> None:
    assert holds(operator, "aws:TagKeys", values) is expected


def test_all_conditions_of_a_block_must_hold() -> None:
    block = {
        "StringEquals": {"aws:username": "ann"},
        "Bool": {"aws:SecureTransport": "false"},
    }
    results = [c.holds(CONTEXT) for c in compile_conditions(block, variables=True, where="S")]
    assert results == [True, False]


@pytest.mark.parametrize(
    "operator", ["StringMatches", "ForSome:StringEquals", "NumericNotLessThan", "BoolNot"]
)
def test_an_unknown_operator_is_refused_by_name(operator: str) -> None:
    with pytest.raises(PolicySyntaxError, match=operator):
        holds(operator, "aws:username", "ann")
