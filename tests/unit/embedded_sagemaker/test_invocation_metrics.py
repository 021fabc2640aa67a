"""Endpoint metrics are exact, and their memory does not follow the number of invocations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.cloudwatch.models import cloudwatch_backends

from embedded_aws.runtime import ACCOUNT_ID
from embedded_aws.sagemaker.hosting.invocation_metrics import InvocationMetrics
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.server import EmbeddedAws


@pytest.fixture
def metrics(aws: EmbeddedAws) -> InvocationMetrics:
    return InvocationMetrics(SageMaker(aws.runtime))


def _statistics(aws: EmbeddedAws, endpoint: str, metric: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    names = ["SampleCount", "Sum", "Minimum", "Maximum", "Average"]
    (point,) = aws.runtime.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[
            {"Name": "EndpointName", "Value": endpoint},
            {"Name": "VariantName", "Value": "all"},
        ],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=3600,
        Statistics=names,
    )["Datapoints"]
    return {name: point[name] for name in names}


def test_a_thousand_invocations_are_one_statistic_set(
    aws: EmbeddedAws, metrics: InvocationMetrics
) -> None:
    kept = cloudwatch_backends[ACCOUNT_ID]["us-east-1"].metric_data
    before = len(kept)
    for number in range(1000):
        status = 400 if number < 10 else 200
        metrics.count("us-east-1", "busy", "all", status, 0.001 * (1 + number % 3))
    metrics.flush()
    assert len(kept) - before == 4  # one for each metric
    assert _statistics(aws, "busy", "Invocations") == {
        "SampleCount": 1000, "Sum": 1000, "Minimum": 1, "Maximum": 1, "Average": 1,
    }  # fmt: skip
    assert _statistics(aws, "busy", "Invocation4XXErrors")["Sum"] == 10
    latency = _statistics(aws, "busy", "ModelLatency")
    assert (latency["Minimum"], latency["Maximum"]) == (1000, 3000)
    assert latency["Average"] == pytest.approx(1999)


def test_what_follows_a_flush_is_counted_too(aws: EmbeddedAws, metrics: InvocationMetrics) -> None:
    for status in (200, 0):
        metrics.count("us-east-1", "calm", "all", status, 0.001)
        metrics.flush()
    metrics.flush()
    assert _statistics(aws, "calm", "Invocations")["SampleCount"] == 2
    assert _statistics(aws, "calm", "Invocation5XXErrors")["Sum"] == 1
