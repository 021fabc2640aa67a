"""Endpoint metrics are exact, and their memory does not follow the number of invocations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from moto.cloudwatch.models import cloudwatch_backends

from embedded_aws.runtime import ACCOUNT_ID
from embedded_aws.sagemaker.hosting.metric_statistics import VariantKey
from embedded_aws.sagemaker.hosting.variant_metrics import Invocation, VariantMetrics
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.server import EmbeddedAws


@pytest.fixture
def metrics(aws: EmbeddedAws) -> VariantMetrics:
    return VariantMetrics(SageMaker(aws.runtime))


def _statistics(aws: EmbeddedAws, endpoint: str, metric: str) -> dict[str, Any]:
    now = aws.runtime.clock.now()
    names = ["SampleCount", "Sum", "Minimum", "Maximum", "Average"]
    (point,) = aws.runtime.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[
            {"Name": "EndpointName", "Value": endpoint},
            {"Name": "VariantName", "Value": "all"},
        ],
        StartTime=now - timedelta(minutes=30),
        EndTime=now + timedelta(minutes=30),
        Period=3600,
        Statistics=names,
    )["Datapoints"]
    return {name: point[name] for name in names}


def test_a_thousand_invocations_are_one_statistic_set(
    aws: EmbeddedAws, metrics: VariantMetrics
) -> None:
    clock = aws.runtime.clock
    clock.advance(61 - clock.time() % 60)  # the minute does not end in between
    for number in range(1000):
        status = 400 if number < 10 else 200
        seconds = 0.001 * (1 + number % 3)
        metrics.end(VariantKey("us-east-1", "busy", "all"), Invocation(2, status, seconds, 0.1))
    metrics.flush()
    kept = cloudwatch_backends[ACCOUNT_ID]["us-east-1"].metric_data
    of_busy = [datum for datum in kept if "busy" in {item.value for item in datum.dimensions}]
    assert len(of_busy) == 7  # one for each metric; what else the account has may report, too
    assert _statistics(aws, "busy", "InvocationsPerInstance")["Sum"] == 500
    assert _statistics(aws, "busy", "Invocations") == {
        "SampleCount": 1000, "Sum": 1000, "Minimum": 1, "Maximum": 1, "Average": 1,
    }  # fmt: skip
    assert _statistics(aws, "busy", "Invocation4XXErrors")["Sum"] == 10
    latency = _statistics(aws, "busy", "ModelLatency")
    assert (latency["Minimum"], latency["Maximum"]) == (1000, 3000)
    assert latency["Average"] == pytest.approx(1999)


def test_what_follows_a_flush_is_counted_too(aws: EmbeddedAws, metrics: VariantMetrics) -> None:
    for status in (200, 0):
        metrics.end(VariantKey("us-east-1", "calm", "all"), Invocation(1, status, 0.001, 0.1))
        metrics.flush()
    metrics.flush()
    assert _statistics(aws, "calm", "Invocations")["SampleCount"] == 2
    assert _statistics(aws, "calm", "Invocation5XXErrors")["Sum"] == 1
