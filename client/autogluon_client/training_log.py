"""Live progress of a training job, from the lines it logs."""

from __future__ import annotations

import re
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from autogluon_client.aws_errors import explain
from autogluon_client.errors import PermissionMissingError

_LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_METRIC = re.compile(r"AGMETRIC model=(?P<model>\S+) val_score=(?P<score>\S+)")


class TrainingLog:
    """Reads a job's `AGMETRIC` lines as they appear in CloudWatch Logs."""

    def __init__(self, logs: Any, job_name: str) -> None:
        self._logs = logs
        self._job_name = job_name
        self._scores: dict[str, str] = {}
        self._since = 0
        self._readable = True

    def summary(self) -> str:
        """`3 models trained, the last is ExtraTrees with 0.9271`; empty before the first."""
        for event in self._new_events():
            match = _METRIC.search(event["message"])
            if match:
                self._scores[match["model"]] = match["score"]
            self._since = max(self._since, event["timestamp"])
        note = "" if self._readable else "(models: needs the permission logs:FilterLogEvents)"
        if not self._scores:
            return note
        count = len(self._scores)
        name, score = list(self._scores.items())[-1]
        return f"{count} model{'s' * (count > 1)} trained, the last is {name} with {score}"

    def _new_events(self) -> list[dict[str, Any]]:
        if not self._readable:
            return []
        prefix = f"{self._job_name}/"
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=_LOG_GROUP,
            logStreamNamePrefix=prefix,
            # Events of the same millisecond may come late; reading them twice is harmless.
            startTime=self._since,
        )
        try:
            return [
                event
                for page in pages
                for event in page["events"]
                if event["logStreamName"].startswith(prefix)
            ]
        except self._logs.exceptions.ResourceNotFoundException:
            return []  # nothing has been logged in this account yet
        except (ClientError, BotoCoreError) as error:
            # Progress must not cost the run. Throttling passes; the wait itself meets the rest.
            self._readable = not isinstance(explain(error), PermissionMissingError)
            return []
