"""Name the CloudWatch metrics of inference components, and the values of their requests.

Names and units: SageMaker guide, "Amazon SageMaker AI metrics in Amazon CloudWatch" (endpoint
invocation metrics, with the dimension InferenceComponentName), and of NoCapacityInvocationFailures
"Scale an endpoint to zero instances".
"""

from __future__ import annotations

from embedded_aws.sagemaker.hosting.invocation_metrics import (
    INVOCATION,
    Invocation,
    Values,
    values_of_any,
)
from embedded_aws.sagemaker.hosting.metric_statistics import Metric

PER_COPY = Metric(INVOCATION, "InvocationsPerCopy", "None")
CONCURRENT_PER_COPY = Metric(INVOCATION, "ConcurrentRequestsPerCopy", "None", period=10)
NO_CAPACITY = Metric(INVOCATION, "NoCapacityInvocationFailures", "None")


def values_of_copy(invocation: Invocation) -> Values:
    """Return what a request that a copy has answered counts for.

    Args:
        invocation: its `instance_count` is the number of copies.
    """
    return {**values_of_any(invocation), PER_COPY: 1 / max(1, invocation.instance_count)}
