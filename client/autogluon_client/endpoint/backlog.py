"""Tell from an asynchronous endpoint's queue that a request has ended without a trace.

SageMaker has no status of a request, and stores only what the container answers
(InvokeEndpointAsync, FailureLocation: "the inference failure response payload"). But it counts
the requests "that are currently being processed or yet to be processed": ApproximateBacklogSize in
the SageMaker guide, "Monitor asynchronous endpoint". Where there has been none for some minutes,
ours has ended.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

_PERIOD_SECONDS = 60
_QUIET_PERIODS = 3  # the size is approximate


def has_been_empty(cloudwatch: Any, endpoint: str, *, since: datetime, now: datetime) -> bool:
    """Tell whether an endpoint's queue has been empty for minutes, all of them after `since`.

    A caller who may not read metrics, or does not reach CloudWatch, is told False.
    """
    try:
        found = cloudwatch.get_metric_statistics(
            Namespace="AWS/SageMaker",
            MetricName="ApproximateBacklogSize",
            Dimensions=[{"Name": "EndpointName", "Value": endpoint}],
            # CloudWatch rounds down to the minute, in which the request may not be counted yet.
            StartTime=since + timedelta(seconds=_PERIOD_SECONDS),
            EndTime=now,
            Period=_PERIOD_SECONDS,
            Statistics=["Maximum"],
        )
    except (BotoCoreError, ClientError):
        return False
    points = sorted(found["Datapoints"], key=lambda point: point["Timestamp"])
    latest = points[-_QUIET_PERIODS:]
    return len(latest) == _QUIET_PERIODS and not any(point["Maximum"] for point in latest)
