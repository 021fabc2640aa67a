"""Training: start a Train execution, follow it, read what it made."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogluon_client.data.storage import read_bytes
from autogluon_client.data.uploads import Uploads
from autogluon_client.environment.connection import Connection
from autogluon_client.executions.job_progress import TrainingProgress
from autogluon_client.executions.jobs import NOT_CREATED, Job
from autogluon_client.executions.names import new_name, sagemaker_job_name
from autogluon_client.executions.progress import Progress, follow
from autogluon_client.optional_packages import pandas
from autogluon_client.workflows.train_request import FitRequest

if TYPE_CHECKING:
    import pandas as pd

# What `info` says before there is one.
NO_FIT_JOB = {
    "name": None,
    "status": NOT_CREATED,
    "framework_version": None,
    "artifact_path": None,
}


@dataclass(frozen=True)
class FitJob:
    """One training run of one predictor."""

    job: Job
    predictor: str

    @classmethod
    def start(
        cls,
        connection: Connection,
        predictor: str,
        request: FitRequest,
        uploads: Uploads,
        *,
        name: str | None,
    ) -> FitJob:
        """Upload the data and start training."""
        arguments = request.arguments(predictor, uploads)
        return cls(Job.start(connection, "train", name or new_name("fit"), arguments), predictor)

    @classmethod
    def attach(cls, connection: Connection, name: str) -> FitJob:
        """The run that has this name or ARN, whoever started it; raises JobNotFoundError."""
        job = Job.attach(connection, "train", name)
        return cls(job, str(job.arguments()["predictor"]))

    @classmethod
    def of(cls, connection: Connection, predictor: str, name: str) -> FitJob:
        """The handle of a run that is known to exist."""
        return cls(Job(connection, "train", name), predictor)

    @property
    def name(self) -> str:
        """The run's name: that of its execution."""
        return self.job.name

    def output(self, progress: Progress) -> dict[str, Any]:
        """What the Train execution returned (docs/reference/contracts.md), waiting for it.

        Raises:
            ExecutionFailedError: it failed.
        """
        done = self.job.output_if_completed()
        if done is not None:
            return done
        log = TrainingProgress(
            self.job.connection.client("logs"), sagemaker_job_name(self.predictor, self.job.arn)
        )
        return follow(
            self.job, progress, attach_with=f"attach_job({self.name!r})", detail=log.summary
        )

    def leaderboard(self) -> pd.DataFrame:
        """AutoGluon's leaderboard, best model first; empty before it has completed."""
        output = self.job.output_if_completed()
        if output is None:
            return pandas().DataFrame()
        content = read_bytes(self.job.connection.client("s3"), output["leaderboard_uri"])
        return pandas().read_csv(io.BytesIO(content), float_precision="round_trip")

    def framework_version(self) -> str:
        """The AutoGluon version that trained it; the deployed one before it has completed.

        The environment may have got another one since.
        """
        output = self.job.output_if_completed()
        if output is None:
            return str(self.job.connection.spec(self.predictor)["framework_version"])
        metrics = json.loads(read_bytes(self.job.connection.client("s3"), output["metrics_uri"]))
        return str(metrics["versions"]["autogluon"])

    def info(self) -> dict[str, Any]:
        """`name`, `status`, `framework_version`, and `artifact_path` once it has completed."""
        output = self.job.output_if_completed()
        return {
            "name": self.name,
            "status": self.job.status(),
            "framework_version": self.framework_version(),
            "artifact_path": None if output is None else output["artifact_uri"],
        }
