"""Publish the CloudWatch metrics of executions, by which failed ones are noticed.

Names, units and the dimension are those of the Step Functions guide, "Monitoring Step Functions
metrics using Amazon CloudWatch".
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.runtime import Runtime
from embedded_aws.service_events import ServiceEvent

_NAMESPACE = "AWS/States"
_METRICS = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}
_PERIOD_SECONDS = 10.0
_DATA_PER_CALL = 1000  # PutMetricData's limit

# Region, ARN of the state machine, metric, full second.
_Key = tuple[str, str, str, int]


class ExecutionMetrics:
    """Counts the changes of executions' status, and writes the counts every ten seconds."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._counts: Counter[_Key] = Counter()
        self._lock = threading.Lock()
        runtime.events.subscribe(self._count)
        runtime.on_close.append(runtime.clock.every(_PERIOD_SECONDS, self.flush))

    def flush(self) -> None:
        """Write what was counted since the last call."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        by_region: dict[str, list[dict[str, Any]]] = {}
        for (region, machine, metric, second), count in counts.items():
            datum = {
                "MetricName": metric,
                "Dimensions": [{"Name": "StateMachineArn", "Value": machine}],
                "Timestamp": second,
                "Value": count,
                "Unit": "Count",
            }
            by_region.setdefault(region, []).append(datum)
        for region, data in by_region.items():
            self._write(region, data)

    def _count(self, event: ServiceEvent) -> None:
        if event.source != "aws.states":
            return
        metric = _METRICS.get(event.detail["status"])
        if metric is None:
            return
        second = int(self._runtime.clock.time())
        with self._lock:
            self._counts[event.region, event.detail["stateMachineArn"], metric, second] += 1

    def _write(self, region: str, data: list[dict[str, Any]]) -> None:
        client = self._runtime.client("cloudwatch", region=region)
        for start in range(0, len(data), _DATA_PER_CALL):
            try:
                client.put_metric_data(
                    Namespace=_NAMESPACE, MetricData=data[start : start + _DATA_PER_CALL]
                )
            except (ClientError, BotoCoreError) as error:
                self._runtime.log.event("stepfunctions", f"metrics were not written: {error}")
