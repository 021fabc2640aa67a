"""Live progress of a batch, from the lines its jobs log."""

from __future__ import annotations

import re
from typing import Any

from autogluon_client.executions.cloudwatch_logs import LogEvents
from autogluon_client.executions.job_progress import ProgressLog

# A batch picks its engine.
_LOG_GROUPS = ("/aws/sagemaker/TransformJobs", "/aws/sagemaker/ProcessingJobs")
_ROWS = re.compile(r"AGROWS rows=(?P<rows>\d+)")


class BatchLog:
    """Adds up the `AGROWS` lines of a batch's jobs as they appear in CloudWatch Logs.

    A request that Batch Transform repeats counts twice: the batch's own summary counts for certain.
    """

    def __init__(self, logs: Any, job_name: str) -> None:
        # Without a slash: jobs of a batch that was shared out have numbers behind the name.
        self._lines = ProgressLog(LogEvents(logs, _LOG_GROUPS, job_name), _ROWS)
        self._rows = 0

    def summary(self) -> str:
        """`120,000 rows predicted`; empty before the first."""
        self._rows += sum(int(match["rows"]) for match in self._lines.new())
        if self._rows:
            return f"{self._rows:,} row{'s' * (self._rows > 1)} predicted"
        return (
            "" if self._lines.is_readable else "(rows: needs the permission logs:FilterLogEvents)"
        )
