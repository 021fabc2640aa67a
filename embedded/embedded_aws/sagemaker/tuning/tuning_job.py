"""The record of a tuning job and its DescribeHyperParameterTuningJob answer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from embedded_aws.sagemaker.job_record import JobRecord
from embedded_aws.sagemaker.training.training_job import TrainingJob

KIND = "hyper-parameter-tuning-job"
IDENTICAL = "IdenticalDataAndAlgorithm"
"""The WarmStartType whose parents' trials are comparable with the job's own."""
_RUNNING = {"InProgress", "Stopping"}


@dataclass
class Trial:
    """One training job of a tuning job, and the values chosen for it."""

    job: TrainingJob
    chosen: dict[str, str]
    objective: dict[str, str]  # Type and MetricName

    @property
    def status(self) -> str:
        """Return the training job's status."""
        return self.job.status

    @property
    def is_running(self) -> bool:
        """Tell whether the training job has not ended."""
        return self.job.status in _RUNNING

    @property
    def value(self) -> float | None:
        """Return the objective's last value, if finite, once the job ended without a failure."""
        values = self.job.metrics.values(self.objective["MetricName"])
        ended = self.job.status in {"Completed", "Stopped"}
        return values[-1] if ended and values and math.isfinite(values[-1]) else None

    @property
    def objective_status(self) -> str:
        """Return Pending, Succeeded or Failed."""
        if self.is_running:
            return "Pending"
        return "Failed" if self.value is None else "Succeeded"

    def summarize(self, tuning_job: str | None = None) -> dict[str, Any]:
        """Return the trial's entry in ListTrainingJobsForHyperParameterTuningJob."""
        optional = {
            "TuningJobName": tuning_job,
            "TrainingStartTime": self.job.started,
            "TrainingEndTime": self.job.ended,
            "FailureReason": self.job.failure_reason,
            "FinalHyperParameterTuningJobObjectiveMetric": self.value is not None
            and {**self.objective, "Value": self.value},
        }
        return {
            "TrainingJobName": self.job.name,
            "TrainingJobArn": self.job.arn,
            "CreationTime": self.job.created,
            "TrainingJobStatus": self.job.status,
            "TunedHyperParameters": dict(self.chosen),
            "ObjectiveStatus": self.objective_status,
            **{name: value for name, value in optional.items() if value not in (None, False)},
        }


@dataclass
class TuningJob(JobRecord):
    """A tuning job, its trials and those of the jobs that it starts from."""

    NOUN = "tuning job"

    trials: list[Trial] = field(default_factory=list)
    parents: list[TuningJob] = field(default_factory=list)

    @property
    def config(self) -> dict[str, Any]:
        """Return HyperParameterTuningJobConfig."""
        config: dict[str, Any] = self.request["HyperParameterTuningJobConfig"]
        return config

    @property
    def objective(self) -> dict[str, str]:
        """Return the objective's Type and MetricName."""
        objective: dict[str, str] = self.config["HyperParameterTuningJobObjective"]
        return objective

    @property
    def sign(self) -> int:
        """Return 1 for an objective that is maximized, -1 for the other."""
        return 1 if self.objective["Type"] == "Maximize" else -1

    def best(self, trials: Iterable[Trial]) -> Trial | None:
        """Return the trial with the best objective, the earliest of equal ones."""
        valued = [(trial.value, trial) for trial in trials]
        known = [(self.sign * value, trial) for value, trial in valued if value is not None]
        return max(known, key=lambda item: item[0])[1] if known else None

    def _overall_best(self, everything: Iterable[TuningJob]) -> Trial | None:
        warm_start = self.request.get("WarmStartConfig") or {}
        if warm_start.get("WarmStartType") != IDENTICAL:
            return None
        return self.best(trial for job in everything for trial in list(job.trials))

    def with_ancestors(self) -> list[TuningJob]:
        """Return the job and those that it starts from, directly or not, each once."""
        found = {self.name: self}
        for parent in self.parents:
            found |= {job.name: job for job in parent.with_ancestors()}
        return list(found.values())

    def counters(self) -> dict[str, Any]:
        """Return how many trials are in which state."""
        trials = list(self.trials)
        objectives = Counter(trial.objective_status for trial in trials)
        jobs = Counter("InProgress" if trial.is_running else trial.status for trial in trials)
        return {
            "TrainingJobStatusCounters": {
                "Completed": jobs["Completed"],
                "InProgress": jobs["InProgress"],
                "RetryableError": 0,
                "NonRetryableError": jobs["Failed"],
                "Stopped": jobs["Stopped"],
            },
            "ObjectiveStatusCounters": {
                name: objectives[name] for name in ("Succeeded", "Pending", "Failed")
            },
        }

    def describe(self) -> dict[str, Any]:
        """Return DescribeHyperParameterTuningJob's answer."""
        everything = self.with_ancestors()
        origins = {trial.job.name: job.name for job in everything for trial in job.trials}
        best = self.best(list(self.trials))
        overall = self._overall_best(everything)
        seconds = sum(
            (trial.job.ended - trial.job.started).total_seconds()
            for trial in list(self.trials)
            if trial.job.started and trial.job.ended
        )
        optional = {
            "BestTrainingJob": best and best.summarize(),
            "OverallBestTrainingJob": overall and overall.summarize(origins[overall.job.name]),
            "HyperParameterTuningEndTime": self.ended,
            "FailureReason": self.failure_reason,
        }
        return {
            **self.described(),
            "HyperParameterTuningJobArn": self.arn,
            "HyperParameterTuningJobStatus": self.status,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
            "ConsumedResources": {"RuntimeInSeconds": round(seconds)},
            **self.counters(),
            **{name: value for name, value in optional.items() if value},
        }

    def summarize(self) -> dict[str, Any]:
        """Return the job's entry in ListHyperParameterTuningJobs."""
        summary = {
            "HyperParameterTuningJobName": self.name,
            "HyperParameterTuningJobArn": self.arn,
            "HyperParameterTuningJobStatus": self.status,
            "Strategy": self.config["Strategy"],
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
            "ResourceLimits": self.config["ResourceLimits"],
            **self.counters(),
        }
        return summary | ({"HyperParameterTuningEndTime": self.ended} if self.ended else {})
