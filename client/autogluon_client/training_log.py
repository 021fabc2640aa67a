"""Live progress of a training job, from the lines it logs."""

from __future__ import annotations

import re
from typing import Any

from autogluon_client.executions.cloudwatch_logs import LogEvents
from autogluon_client.executions.job_progress import ProgressLog

_LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_METRIC = re.compile(r"AGMETRIC model=(?P<model>\S+) val_score=(?P<score>\S+)")


class TrainingLog:
    """Reads a job's `AGMETRIC` lines as they appear in CloudWatch Logs."""

    def __init__(self, logs: Any, job_name: str) -> None:
        self._lines = ProgressLog(LogEvents(logs, [_LOG_GROUP], f"{job_name}/"), _METRIC)
        self._scores: dict[str, str] = {}

    def summary(self) -> str:
        """`3 models trained, the last is ExtraTrees with 0.9271`; empty before the first."""
        for match in self._lines.new():
            self._scores[match["model"]] = match["score"]
        if self._scores:
            count = len(self._scores)
            name, score = list(self._scores.items())[-1]
            return f"{count} model{'s' * (count > 1)} trained, the last is {name} with {score}"
        if self._lines.is_readable:
            return ""
        return "(models: needs the permission logs:FilterLogEvents)"
