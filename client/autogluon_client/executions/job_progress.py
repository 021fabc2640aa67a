"""Read the progress that SageMaker jobs log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from autogluon_client.aws_errors import explain
from autogluon_client.errors import PermissionMissingError
from autogluon_client.executions.cloudwatch_logs import LogEvents
from autogluon_contracts import names
from autogluon_contracts.jobs.log_lines import MODEL_TRAINED, ROWS_PREDICTED
from autogluon_contracts.shown.scores import ShownMetric


class TrainingProgress:
    """Collect the `AGMETRIC` lines of a training job as they appear in CloudWatch Logs."""

    def __init__(self, logs: Any, job_name: str) -> None:
        # Later attempts, where there was no capacity, are numbered behind the name.
        groups = [names.job_log_group("Training")]
        self._lines = _ProgressLines(logs, groups, job_name, MODEL_TRAINED)
        self._scores: dict[str, str] = {}

    def summary(self) -> str:
        """Return such as `3 models trained, the last is XT with roc_auc 0.9271`, or nothing."""
        for match in self._lines.new():
            self._scores[match["model"]] = _shown(match["metric"], match["score"])
        if self._scores:
            count = len(self._scores)
            name, score = list(self._scores.items())[-1]
            return f"{count} model{'s' * (count > 1)} trained, the last is {name} with {score}"
        if self._lines.is_readable:
            return ""
        return "(models: needs the permission logs:FilterLogEvents)"


def _shown(metric: str | None, score: str) -> str:
    """Return a score as people know it, with its metric where the line names one."""
    if metric is None:
        return score
    of = ShownMetric(metric)
    return f"{metric} {of.shown(float(score)):.4g}{' (lower is better)' * of.is_error}"


class TuningProgress:
    """Ask SageMaker how far a tuning job is; asking never fails the wait."""

    def __init__(self, sagemaker: Any, tuning_job: str) -> None:
        self._sagemaker, self._name = sagemaker, tuning_job
        self._is_readable = True

    def summary(self) -> str:
        """Return `2 of 12 trials ended, 3 running, the best has the objective 0.93`."""
        if not self._is_readable:
            return "(trials: needs the permission sagemaker:DescribeHyperParameterTuningJob)"
        try:
            job = self._sagemaker.describe_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=self._name
            )
        except (ClientError, BotoCoreError) as error:
            # It does not exist yet, or throttling passes.
            self._is_readable = not isinstance(explain(error), PermissionMissingError)
            return ""
        counts = job["TrainingJobStatusCounters"]
        running = counts.get("InProgress", 0)
        ended = sum(counts.values()) - running
        most = job["HyperParameterTuningJobConfig"]["ResourceLimits"].get("MaxNumberOfTrainingJobs")
        told = [f"{ended}{'' if most is None else f' of {most}'} trials ended, {running} running"]
        best = job.get("BestTrainingJob", {}).get("FinalHyperParameterTuningJobObjectiveMetric")
        if best is not None:
            told.append(f"the best has the objective {best['Value']:.4g}")
        return ", ".join(told)


class BatchProgress:
    """Add up the `AGROWS` lines of a batch's jobs as they appear in CloudWatch Logs.

    A request that Batch Transform repeats counts twice here, but not in the batch's own summary.
    """

    def __init__(self, logs: Any, job_name: str) -> None:
        # A batch picks its engine, and one with many files numbers its jobs behind the name.
        groups = [names.job_log_group("Transform"), names.job_log_group("Processing")]
        self._lines = _ProgressLines(logs, groups, job_name, ROWS_PREDICTED)
        self._rows = 0

    def summary(self) -> str:
        """Return `120,000 rows predicted`; empty before the first."""
        self._rows += sum(int(match["rows"]) for match in self._lines.new())
        if self._rows:
            return f"{self._rows:,} row{'s' * (self._rows > 1)} predicted"
        if self._lines.is_readable:
            return ""
        return "(rows: needs the permission logs:FilterLogEvents)"


class _ProgressLines:
    """Match a pattern against each new line of a job's log; reading never fails the wait.

    `is_readable` turns false once the permission to read logs is missing.
    """

    def __init__(
        self, logs: Any, groups: Sequence[str], stream_prefix: str, pattern: re.Pattern[str]
    ) -> None:
        self._events = LogEvents(logs, groups, stream_prefix)
        self._pattern = pattern
        self.is_readable = True

    def new(self) -> Iterator[re.Match[str]]:
        """Yield the matches since the last call; none where AWS did not answer."""
        if not self.is_readable:
            return
        try:
            events = self._events.new()
        except (ClientError, BotoCoreError) as error:
            # Throttling passes; any other error also ends the wait for the run itself.
            self.is_readable = not isinstance(explain(error), PermissionMissingError)
            return
        yield from filter(None, (self._pattern.search(event["message"]) for event in events))
