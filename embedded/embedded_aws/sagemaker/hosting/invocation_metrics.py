"""Name the CloudWatch metrics of requests, and the values that a request gives them.

Names, units and frequency are those of the SageMaker guide, "Amazon SageMaker AI metrics in Amazon
CloudWatch".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from embedded_aws.sagemaker.hosting.metric_statistics import Metric

INVOCATION, INSTANCE = "AWS/SageMaker", "/aws/sagemaker/Endpoints"
PER_INSTANCE = Metric(INVOCATION, "InvocationsPerInstance", "None")
CONCURRENT = Metric(INVOCATION, "ConcurrentRequestsPerModel", "None", period=10)
CPU = Metric(INSTANCE, "CPUUtilization", "Percent")
MEMORY = Metric(INSTANCE, "MemoryUtilization", "Percent")
_INVOCATIONS = Metric(INVOCATION, "Invocations", "None")
_CLIENT_ERRORS = Metric(INVOCATION, "Invocation4XXErrors", "None")
_SERVER_ERRORS = Metric(INVOCATION, "Invocation5XXErrors", "None")
_MODEL_ERRORS = Metric(INVOCATION, "InvocationModelErrors", "None")
_LATENCY = Metric(INVOCATION, "ModelLatency", "Microseconds")
_OVERHEAD = Metric(INVOCATION, "OverheadLatency", "Microseconds")

Values = Mapping[Metric, float]


@dataclass(frozen=True)
class Invocation:
    """One answered request. `status` 0 is a container that did not answer."""

    instance_count: int
    status: int
    model_seconds: float
    overhead_seconds: float


def values_of_instance(invocation: Invocation) -> Values:
    """Return what a request that an instance has answered counts for."""
    # "1/numberOfInstances is sent as the value on each request."
    per_instance = 1 / max(1, invocation.instance_count)
    return {
        **values_of_any(invocation),
        PER_INSTANCE: per_instance,
        _MODEL_ERRORS: float(not 200 <= invocation.status < 300),
    }


def values_of_any(invocation: Invocation) -> Values:
    """Return what an answered request counts for, whatever has answered it."""
    status = invocation.status
    return {
        _INVOCATIONS: 1.0,
        _CLIENT_ERRORS: float(400 <= status < 500),
        _SERVER_ERRORS: float(status == 0 or status >= 500),
        _LATENCY: invocation.model_seconds * 1e6,
        _OVERHEAD: invocation.overhead_seconds * 1e6,
    }
