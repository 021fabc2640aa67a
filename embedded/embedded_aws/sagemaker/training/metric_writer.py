"""Write a training job's metrics to CloudWatch while it runs, with the job's own credentials.

Namespace and dimension are those that `TrainingJobAnalytics` of the SageMaker SDK reads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.training.training_job import TrainingJob

NAMESPACE = "/aws/sagemaker/TrainingJobs"
_FLUSH_SECONDS = 5.0
_POINTS_PER_CALL = 1000  # CloudWatch's limit


class MetricWriter:
    """Writes what the job's log lines measured.

    Args:
        client: a `cloudwatch` client of the job's role. As on AWS, metrics that the role may not
            write are lost; the activity log says so once.
    """

    def __init__(self, service: SageMaker, job: TrainingJob, client: Any) -> None:
        self._service = service
        self._job = job
        self._client = client
        self._is_denied = False

    @contextmanager
    def while_running(self) -> Iterator[None]:
        """Write every few seconds while the block runs, and once after it."""
        done = threading.Event()

        def follow() -> None:
            while not done.wait(_FLUSH_SECONDS):
                self.flush()

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        try:
            yield
        finally:
            done.set()
            follower.join()
            self.flush()

    def flush(self) -> None:
        """Write what was measured since the last call."""
        points = self._job.metrics.take()
        dimensions = [{"Name": "TrainingJobName", "Value": self._job.name}]
        data = [
            {"MetricName": name, "Dimensions": dimensions, "Value": value, "Timestamp": time}
            for name, value, time in points
        ]
        for start in range(0, len(data), _POINTS_PER_CALL):
            self._put(data[start : start + _POINTS_PER_CALL])

    def _put(self, data: list[dict[str, Any]]) -> None:
        if self._is_denied:
            return
        try:
            self._client.put_metric_data(Namespace=NAMESPACE, MetricData=data)
        except (ClientError, BotoCoreError) as error:
            self._is_denied = True
            if not self._service.closing.is_set():
                self._service.say(f"no metrics of training job {self._job.name}: {error}")
