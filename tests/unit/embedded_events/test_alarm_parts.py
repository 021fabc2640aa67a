"""What alarms are made of: missing data, statistics, metric math, rules of composites."""

from __future__ import annotations

import pytest

from embedded_aws.alarms.composite_rule import RuleError, parse_rule
from embedded_aws.alarms.evaluation import judge
from embedded_aws.alarms.metric_math import Expression, MathError
from embedded_aws.alarms.statistics import Sample, compute

MISSING, RETAIN = "INSUFFICIENT_DATA", None


# CloudWatch guide, "Configuring how CloudWatch alarms treat missing data", both tables: X breaches.
@pytest.mark.parametrize(
    ("points", "to_alarm", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0-X-X", 3, "OK", "OK", "OK", "OK"),
        ("----0", 3, "OK", "OK", "OK", "OK"),
        ("-----", 3, MISSING, RETAIN, "ALARM", "OK"),
        ("0XX-X", 3, "ALARM", "ALARM", "ALARM", "ALARM"),
        ("--X--", 3, "ALARM", RETAIN, "ALARM", "OK"),
        ("0-X-X", 2, "ALARM", "ALARM", "ALARM", "ALARM"),
        ("00X0X", 2, "ALARM", "ALARM", "ALARM", "ALARM"),
        ("0-X--", 2, "OK", "OK", "ALARM", "OK"),
        ("----0", 2, "OK", "OK", "ALARM", "OK"),
        ("----X", 2, "ALARM", RETAIN, "ALARM", "OK"),
    ],
)
def test_missing_data_is_treated_as_the_guide_says(
    points: str,
    to_alarm: int,
    missing: str | None,
    ignore: str | None,
    breaching: str,
    not_breaching: str,
) -> None:
    breaches = [point == "X" for point in points if point != "-"][-3:]
    assert judge(breaches, 3, to_alarm, "missing") == missing
    assert judge(breaches, 3, to_alarm, "ignore") == ignore
    assert judge(breaches, 3, to_alarm, "breaching") == breaching
    assert judge(breaches, 3, to_alarm, "notBreaching") == not_breaching


def test_statistics_join_values_and_statistic_sets() -> None:
    samples = [Sample(1, 4, 4, 4), Sample(3, 6, 1, 3)]
    found = {name: compute(name, samples) for name in ("Sum", "SampleCount", "Average", "Maximum")}
    assert found == {"Sum": 10, "SampleCount": 4, "Average": 2.5, "Maximum": 4}
    assert compute("p90", samples) is None  # the values of the set are unknown
    assert compute("p50", [Sample(1, v, v, v) for v in (1, 2, 3, 10)]) == 2.5
    assert compute("p50", [Sample(5, 10, 2, 2)]) == 2
    assert compute("Sum", []) is None


def test_metric_math_follows_gaps() -> None:
    series = {"a": {0.0: 6.0, 60.0: 2.0}, "b": {0.0: 3.0}}
    values = {
        text: Expression(text).evaluate(series, [0.0, 60.0])
        for text in ("100*a/b", "a/FILL(b, 1)", "IF(a > 3, 1, 0)", "SUM([a, b])", "a/(b-3)", "-a^2")
    }
    assert values == {
        "100*a/b": {0.0: 200.0},
        "a/FILL(b, 1)": {0.0: 2.0, 60.0: 2.0},
        "IF(a > 3, 1, 0)": {0.0: 1.0, 60.0: 0.0},
        "SUM([a, b])": {0.0: 9.0, 60.0: 2.0},
        "a/(b-3)": {},
        "-a^2": {0.0: -36.0, 60.0: -4.0},
    }


@pytest.mark.parametrize(
    "text",
    [
        "SEARCH('x')",
        "ANOMALY_DETECTION_BAND(a)",
        "RATE(a)",
        "a if b else c",
        "a.b",
        "(",
        "FILL(a, REPEAT)",
        "'x'",
    ],
)
def test_other_metric_math_is_refused(text: str) -> None:
    with pytest.raises(MathError):
        Expression(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ALARM("a")', True),
        ("ALARM(b)", False),
        ('ALARM(a) AND NOT ALARM("b")', True),
        ("ALARM(b) OR OK(b) AND FALSE", False),
        ("(ALARM(b) OR OK(b)) AND TRUE", True),
        ("INSUFFICIENT_DATA(c)", True),
    ],
)
def test_rules_of_composite_alarms(text: str, expected: bool) -> None:
    states = {"a": "ALARM", "b": "OK", "c": "INSUFFICIENT_DATA"}
    assert parse_rule(text).holds(lambda function, name: states[name] == function) is expected


@pytest.mark.parametrize(
    "text", ["", "ALARM(a", "a", "ALARM(a) AND", "ALARM(a) OK(b)", "AT_LEAST(1, a)"]
)
def test_other_rules_are_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse_rule(text)
