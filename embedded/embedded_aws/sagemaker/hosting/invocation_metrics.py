"""Count the CloudWatch metrics of endpoints and write them every few seconds.

What is written is one statistic set for each metric and period: CloudWatch's library keeps every
value that it gets as an object of its own, for ever.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.sagemaker.service import SageMaker

_NAMESPACE = "AWS/SageMaker"
_FLUSH_SECONDS = 5.0

_Key = tuple[str, str, str, str]  # region, endpoint, variant, metric


@dataclass
class _Statistics:
    """A CloudWatch statistic set."""

    count: int = 0
    total: float = 0.0
    smallest: float = math.inf
    largest: float = -math.inf

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.smallest = min(self.smallest, value)
        self.largest = max(self.largest, value)


class InvocationMetrics:
    """Invocations, ModelLatency (microseconds) and the 4XX and 5XX errors of every variant."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service
        self._counted: defaultdict[_Key, _Statistics] = defaultdict(_Statistics)
        self._lock = threading.Lock()
        service.start("sagemaker-metrics", self._write_forever)

    def count(
        self, region: str, endpoint: str, variant: str, status: int, latency_seconds: float
    ) -> None:
        """Count one invocation; status 0 is a container that did not answer."""
        measured = {
            "Invocations": 1.0,
            "ModelLatency": latency_seconds * 1e6,
            "Invocation4XXErrors": float(400 <= status < 500),
            "Invocation5XXErrors": float(status == 0 or status >= 500),
        }
        with self._lock:
            for metric, value in measured.items():
                self._counted[region, endpoint, variant, metric].add(value)

    def flush(self) -> None:
        """Write what was counted since the last call."""
        with self._lock:
            counted, self._counted = self._counted, defaultdict(_Statistics)
        for (region, endpoint, variant, metric), statistics in counted.items():
            client = self._service.runtime.client("cloudwatch", region=region)
            datum = _datum(endpoint, variant, metric, statistics)
            client.put_metric_data(Namespace=_NAMESPACE, MetricData=[datum])

    def _write_forever(self) -> None:
        while not self._service.closing.wait(_FLUSH_SECONDS):
            try:
                self.flush()
            except (ClientError, BotoCoreError) as error:
                if not self._service.closing.is_set():
                    self._service.say(f"endpoint metrics were not written: {error}")


def _datum(endpoint: str, variant: str, metric: str, found: _Statistics) -> dict[str, Any]:
    return {
        "MetricName": metric,
        "Dimensions": [
            {"Name": "EndpointName", "Value": endpoint},
            {"Name": "VariantName", "Value": variant},
        ],
        "StatisticValues": {
            "SampleCount": found.count,
            "Sum": found.total,
            "Minimum": found.smallest,
            "Maximum": found.largest,
        },
        "Unit": "Microseconds" if metric == "ModelLatency" else "None",
    }
