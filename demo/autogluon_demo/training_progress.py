"""Live progress of a training job, from the lines it logs."""

from __future__ import annotations

import re
from typing import Any

_LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_METRIC = re.compile(r"AGMETRIC model=(?P<model>\S+) val_score=(?P<score>\S+)")


class TrainingProgress:
    """Reads a job's `AGMETRIC` lines as they appear in CloudWatch Logs."""

    def __init__(self, session: Any, job_name: str) -> None:
        self._logs = session.client("logs")
        self._job_name = job_name
        self._models: dict[str, str] = {}

    def summary(self) -> str:
        """`3 models, last GBM 0.9271`, or an empty string before the first model."""
        for event in self._events():
            match = _METRIC.search(event["message"])
            if match:
                self._models[match["model"]] = match["score"]
        if not self._models:
            return ""
        name, score = list(self._models.items())[-1]
        return f"{len(self._models)} models, last {name} {float(score):.4f}"

    def _events(self) -> list[dict[str, Any]]:
        try:
            answer = self._logs.filter_log_events(
                logGroupName=_LOG_GROUP, logStreamNamePrefix=self._job_name
            )
        except self._logs.exceptions.ResourceNotFoundException:
            return []  # nothing has been logged in this account yet
        events: list[dict[str, Any]] = answer["events"]
        return events
