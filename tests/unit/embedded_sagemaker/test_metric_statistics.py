"""Values become one statistic set for each metric and period, however many they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from embedded_aws.sagemaker.hosting.metric_statistics import Metric, MetricStatistics, VariantKey

LATENCY = Metric("AWS/SageMaker", "OverheadLatency", "Microseconds")
CONCURRENT = Metric("AWS/SageMaker", "ConcurrentRequestsPerModel", "None", period=10)
VARIANT = VariantKey("eu-west-1", "e", "v")
MINUTE = 1_800_000_000 // 60 * 60


def data(statistics: MetricStatistics) -> list[dict[str, Any]]:
    return [datum for _, request in statistics.take() for datum in request["MetricData"]]


def test_the_values_of_a_minute_are_one_datum() -> None:
    statistics = MetricStatistics()
    for value in range(1000):
        statistics.add(VARIANT, {LATENCY: float(value)}, MINUTE + value / 20)
    ((region, request),) = statistics.take()
    (datum,) = request["MetricData"]
    assert (region, request["Namespace"]) == ("eu-west-1", "AWS/SageMaker")
    assert datum["StatisticValues"] == {
        "SampleCount": 1000,
        "Sum": 499500.0,
        "Minimum": 0.0,
        "Maximum": 999.0,
    }
    assert datum["Timestamp"] == datetime.fromtimestamp(MINUTE, UTC)
    assert data(statistics) == [], "what was taken is not written again"


def test_a_high_resolution_metric_has_a_datum_each_ten_seconds() -> None:
    statistics = MetricStatistics()
    for second in range(60):
        statistics.add(VARIANT, {CONCURRENT: 1.0, LATENCY: 1.0}, MINUTE + second)
    found = data(statistics)
    assert [datum["MetricName"] for datum in found].count("ConcurrentRequestsPerModel") == 6
    assert [datum["MetricName"] for datum in found].count("OverheadLatency") == 1


def test_more_than_a_call_may_hold_are_several_calls() -> None:
    statistics = MetricStatistics()
    for minute in range(1500):
        statistics.add(VARIANT, {LATENCY: 1.0}, MINUTE + 60 * minute)
    assert [len(request["MetricData"]) for _, request in statistics.take()] == [1000, 500]
