"""The CloudWatch metrics of a backlog, by which asynchronous endpoints are watched and scaled.

Names are those of the SageMaker guide, "Monitor asynchronous endpoint"; they have the one dimension
EndpointName.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from embedded_aws.sagemaker.hosting.endpoint import Endpoint
from embedded_aws.sagemaker.hosting.metric_statistics import Metric

_NAMESPACE = "AWS/SageMaker"
SIZE = Metric(_NAMESPACE, "ApproximateBacklogSize", "Count")
PER_INSTANCE = Metric(_NAMESPACE, "ApproximateBacklogSizePerInstance", "Count")
OLDEST = Metric(_NAMESPACE, "ApproximateAgeOfOldestRequest", "Seconds")
WITHOUT_CAPACITY = Metric(_NAMESPACE, "HasBacklogWithoutCapacity", "Count")
PROCESSED = Metric(_NAMESPACE, "InvocationsProcesssed", "None")  # spelled as AWS spells it
FAILURES = Metric(_NAMESPACE, "InvocationFailures", "None")
EXPIRED = Metric(_NAMESPACE, "ExpiredRequests", "None")
TOTAL = Metric(_NAMESPACE, "TotalProcessingTime", "Milliseconds")


def backlog_values(endpoint: Endpoint, now: datetime) -> Mapping[Metric, float]:
    """Return an asynchronous endpoint's values at this moment; empty for any other endpoint."""
    deployment, backlog = endpoint.deployment, endpoint.backlog
    if deployment is None or deployment.asynchronous is None:
        return {}
    fleets = endpoint.with_traffic
    instances = sum(len(each.instances) for fleet in fleets for each in fleet.variants.values())
    size, oldest = len(backlog), backlog.oldest()
    age = 0.0 if oldest is None else (now - oldest.received).total_seconds()
    values = {
        SIZE: float(size),
        OLDEST: max(0.0, age),
        WITHOUT_CAPACITY: float(size > 0 and instances == 0),
    }
    # "The number of items in the queue divided by the number of instances behind an endpoint":
    # none, where there are none.
    return values if instances == 0 else values | {PER_INSTANCE: size / instances}
