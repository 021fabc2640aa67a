"""Filter patterns match log lines as the guide says, and what matches becomes a metric."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.alarms.filter_pattern import FilterPatternError, parse_filter_pattern
from embedded_aws.server import EmbeddedAws

_JSON = json.dumps(
    {"level": "ERROR", "ms": 120, "user": {"id": "u-7"}, "ok": True, "no": None, "a": [5, 6]}
)
_ACCESS = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "line", "expected"),
    [
        ("", "anything", True),
        ("ERROR", "[ERROR] x", True),
        ("ERROR", "error", False),
        ("ERROR x", "x ERROR", True),
        ("ERROR y", "x ERROR", False),
        ("?ERROR ?WARN", "WARN", True),
        ("?ERROR ?WARN", "INFO", False),
        ("ERROR -EXITING", "ERROR EXITING", False),
        ('"INTERNAL SERVER"', "an INTERNAL SERVER error", True),
        ('"INTERNAL SERVER"', "SERVER INTERNAL", False),
        ('{ $.level = "ERROR" }', _JSON, True),
        ("{ $.level = ERR* }", _JSON, True),
        ('{ $.level != "ERROR" }', _JSON, False),
        ("{ $.ms > 100 }", _JSON, True),
        ("{ $.ms >= 121 }", _JSON, False),
        ("{ $.ms = 120.0 }", _JSON, True),
        ('{ $.user.id = "u-*" && $.ms < 200 }', _JSON, True),
        ('{ ($.level = "WARN" || $.ms > 100) && $.a[1] = 6 }', _JSON, True),
        ("{ $.ok IS TRUE }", _JSON, True),
        ("{ $.no IS NULL }", _JSON, True),
        ("{ $.gone NOT EXISTS }", _JSON, True),
        ("{ $.gone != 1 }", _JSON, False),
        ('{ $.level = "ERROR" }', "no JSON", False),
        ("[ip, id, user, when, request, code = 4*, size]", _ACCESS, True),
        ("[ip, id, user, when, request, code = 5*, size]", _ACCESS, False),
        ("[..., code = 404, size > 1000]", _ACCESS, True),
        ('[ip, ..., request = "GET*", code = 404 || code = 403, size]', _ACCESS, True),
        ("[ip, id]", _ACCESS, False),
    ],
)
def test_patterns_match_lines(pattern: str, line: str, expected: bool) -> None:
    assert (parse_filter_pattern(pattern).match(line) is not None) is expected


@pytest.mark.parametrize(
    "pattern",
    ["{ $.a = 1", "[a, b", "%regex%", "{ a = 1 }", "{ $.a > x }", "{ ($.a = 1 }", "[a !]", '"open'],
)
def test_other_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(FilterPatternError):
        parse_filter_pattern(pattern)


@pytest.fixture
def logs(client: Callable[[str], Any]) -> Any:
    return client("logs")


@pytest.fixture
def group(logs: Any) -> str:
    name = f"/test/{uuid.uuid4().hex[:8]}"
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    return name


def _filter(logs: Any, group: str, pattern: str, **transformation: Any) -> str:
    metric = f"m-{group[6:]}"
    logs.put_metric_filter(
        logGroupName=group,
        filterName="f",
        filterPattern=pattern,
        metricTransformations=[
            {"metricName": metric, "metricNamespace": "Logs", "metricValue": "1"} | transformation
        ],
    )
    return metric


def _log(aws: EmbeddedAws, logs: Any, group: str, *lines: str) -> None:
    moment = int(aws.runtime.clock.time() * 1000)
    events = [{"timestamp": moment, "message": line} for line in lines]
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


def _statistics(
    aws: EmbeddedAws, client: Callable[[str], Any], metric: str, **dimensions: str
) -> tuple[float, float]:
    """Return how many values there are, and their sum."""
    now = aws.runtime.clock.now()
    points = client("cloudwatch").get_metric_statistics(
        Namespace="Logs",
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
        Statistics=["Sum", "SampleCount"],
    )["Datapoints"]
    return (points[0]["SampleCount"], points[0]["Sum"]) if points else (0, 0)


def test_what_matches_is_counted(
    aws: EmbeddedAws, logs: Any, group: str, client: Callable[[str], Any]
) -> None:
    metric = _filter(logs, group, "ERROR")
    _log(aws, logs, group, "ERROR one", "fine", "ERROR two")
    assert _statistics(aws, client, metric) == (2, 2)


def test_values_and_dimensions_come_from_the_line(
    aws: EmbeddedAws, logs: Any, group: str, client: Callable[[str], Any]
) -> None:
    metric = _filter(logs, group, "{ $.ms = * }", metricValue="$.ms", dimensions={"Host": "$.host"})
    lines = ('{"ms": 5, "host": "a"}', '{"ms": 7, "host": "a"}', '{"ms": 9}', '{"ms": "x"}')
    _log(aws, logs, group, *lines)
    assert _statistics(aws, client, metric, Host="a") == (2, 12)
    assert _statistics(aws, client, metric) == (2, 12)


def test_the_default_value_is_written_where_nothing_matches(
    aws: EmbeddedAws, logs: Any, group: str, client: Callable[[str], Any]
) -> None:
    metric = _filter(logs, group, "ERROR", defaultValue=0.5)
    _log(aws, logs, group, "fine")
    assert _statistics(aws, client, metric) == (1, 0.5)


def test_filters_are_replaced_tested_listed_and_deleted(logs: Any, group: str) -> None:
    _filter(logs, group, "ERROR")
    metric = _filter(logs, group, "[level, code]")
    (found,) = logs.describe_metric_filters(logGroupName=group)["metricFilters"]
    assert found["filterPattern"] == "[level, code]"
    by_metric = logs.describe_metric_filters(metricName=metric, metricNamespace="Logs")
    assert len(by_metric["metricFilters"]) == 1
    answer = logs.test_metric_filter(
        filterPattern="[level, code = 5*]", logEventMessages=["E 500", "E 404"]
    )
    assert answer["matches"] == [
        {
            "eventNumber": 1,
            "eventMessage": "E 500",
            "extractedValues": {"$level": "E", "$code": "500"},
        }
    ]
    logs.delete_metric_filter(logGroupName=group, filterName="f")
    with pytest.raises(ClientError, match="does not exist"):
        logs.delete_metric_filter(logGroupName=group, filterName="f")


def test_filters_that_aws_refuses_are_refused(logs: Any, group: str) -> None:
    with pytest.raises(ClientError, match="Invalid filter pattern"):
        _filter(logs, group, "%regex%")
    with pytest.raises(ClientError, match="is not a number"):
        _filter(logs, group, "ERROR", metricValue="many")
    with pytest.raises(ClientError, match="mutually exclusive"):
        _filter(logs, group, "{ $.a = 1 }", defaultValue=0, dimensions={"A": "$.a"})
    with pytest.raises(ClientError, match="log group does not exist"):
        _filter(logs, "/test/gone", "ERROR")


def test_queries_run_or_are_refused(aws: EmbeddedAws, logs: Any, group: str) -> None:
    _log(aws, logs, group, "one", "two")
    now = int(aws.runtime.clock.time())
    times = {"startTime": now - 3600, "endTime": now + 3600}
    query = "fields @message | sort @timestamp desc | limit 1"
    started = logs.start_query(logGroupName=group, queryString=query, **times)["queryId"]
    answer = logs.get_query_results(queryId=started)
    assert (answer["status"], len(answer["results"])) == ("Complete", 1)
    for refused in ("stats count(*) by bin(5m)", "fields @message | filter @message like /x/"):
        with pytest.raises(ClientError, match="does not support logs:StartQuery"):
            logs.start_query(logGroupName=group, queryString=refused, **times)
