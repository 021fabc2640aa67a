"""Count the CloudWatch metrics of endpoints and write them every few seconds."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.sagemaker.service import SageMaker

_NAMESPACE = "AWS/SageMaker"
_FLUSH_SECONDS = 5.0
_VALUES_PER_DATUM = 150  # CloudWatch's limit

_Key = tuple[str, str, str, str]  # region, endpoint, variant, metric


class InvocationMetrics:
    """Invocations, ModelLatency (microseconds) and the 4XX and 5XX errors of every variant."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service
        self._values: defaultdict[_Key, list[float]] = defaultdict(list)
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
                self._values[region, endpoint, variant, metric].append(value)

    def flush(self) -> None:
        """Write what was counted since the last call."""
        with self._lock:
            values, self._values = self._values, defaultdict(list)
        for (region, endpoint, variant, metric), numbers in values.items():
            client = self._service.runtime.client("cloudwatch", region=region)
            for start in range(0, len(numbers), _VALUES_PER_DATUM):
                datum = _datum(endpoint, variant, metric, numbers[start:][:_VALUES_PER_DATUM])
                client.put_metric_data(Namespace=_NAMESPACE, MetricData=[datum])

    def _write_forever(self) -> None:
        while not self._service.closing.wait(_FLUSH_SECONDS):
            try:
                self.flush()
            except (ClientError, BotoCoreError) as error:
                if not self._service.closing.is_set():
                    self._service.say(f"endpoint metrics were not written: {error}")


def _datum(endpoint: str, variant: str, metric: str, values: list[float]) -> dict[str, Any]:
    return {
        "MetricName": metric,
        "Dimensions": [
            {"Name": "EndpointName", "Value": endpoint},
            {"Name": "VariantName", "Value": variant},
        ],
        "Values": values,
        "Unit": "Microseconds" if metric == "ModelLatency" else "None",
    }
