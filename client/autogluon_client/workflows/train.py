"""Start a training or tuning run, follow it, and read what it produced."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogluon_client.data.storage import read_bytes
from autogluon_client.data.uploads import Uploads
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import InvalidArgumentError, RunNotFoundError
from autogluon_client.executions.job_progress import TrainingProgress, TuningProgress
from autogluon_client.executions.names import job_name_of, run_name
from autogluon_client.executions.progress import Progress, follow
from autogluon_client.executions.run import NOT_CREATED, Run
from autogluon_client.optional_packages import pandas
from autogluon_client.workflows.train_request import FitRequest
from autogluon_client.workflows.trials import read_trials

if TYPE_CHECKING:
    import pandas as pd

# What `info` returns before there is a training run.
NO_TRAINING_RUN = {
    "name": None,
    "status": NOT_CREATED,
    "framework_version": None,
    "artifact_path": None,
}


@dataclass(frozen=True)
class TrainingRun:
    """One run of one predictor that registers a model: a Train or a Tune execution."""

    run: Run
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
        workflow: str = "train",
    ) -> TrainingRun:
        """Upload the data and start the run."""
        arguments = request.arguments(predictor, uploads)
        chosen = run_name(workflow, name)
        return cls(Run.start(connection, workflow, chosen, arguments), predictor)

    @classmethod
    def attach(cls, connection: Connection, name: str) -> TrainingRun:
        """Find a training or tuning run by name or ARN; raises RunNotFoundError."""
        run = _attached(connection, name)
        return cls(run, str(run.arguments()["predictor"]))

    @classmethod
    def of(cls, connection: Connection, predictor: str, name: str, *, workflow: str) -> TrainingRun:
        """Return the handle of a run that is known to exist."""
        return cls(Run(connection, workflow, name), predictor)

    @property
    def name(self) -> str:
        """Return the run's name."""
        return self.run.name

    def output(self, progress: Progress) -> dict[str, Any]:
        """Wait for the run and return its output (docs/reference/contracts.md).

        Raises:
            ExecutionFailedError: it failed.
        """
        done = self.run.output_if_completed()
        if done is not None:
            return done
        return follow(
            self.run,
            progress,
            attach_with=f"attach_job({self.name!r})",
            detail=self.progress().summary,
        )

    def progress(self) -> TrainingProgress | TuningProgress:
        """Return what asks AWS how far the run's jobs are."""
        connection = self.run.connection
        job = job_name_of(self.run.workflow, self.predictor, self.run.arn)
        if self.run.workflow == "tune":
            return TuningProgress(connection.client("sagemaker"), job)
        return TrainingProgress(connection.client("logs"), job)

    def trials(self) -> pd.DataFrame:
        """Return a tuning run's trials, one row each in the order of their start.

        Empty before the search has ended, and for a training run.
        """
        rows = read_trials(self.run.connection, self.predictor, self.run.arn)
        return pandas().DataFrame(rows, columns=list(rows[0]) if rows else [])

    def leaderboard(self) -> pd.DataFrame:
        """Return AutoGluon's leaderboard, best model first; empty before the run has completed."""
        output = self.run.output_if_completed()
        if output is None:
            return pandas().DataFrame()
        content = read_bytes(self.run.connection.client("s3"), output["leaderboard_uri"])
        return pandas().read_csv(io.BytesIO(content), float_precision="round_trip")

    def framework_version(self) -> str:
        """Return the AutoGluon version that trained it; the deployed one before it has completed.

        The environment may have been deployed with another one since.
        """
        output = self.run.output_if_completed()
        if output is None:
            return str(self.run.connection.spec(self.predictor)["framework_version"])
        metrics = json.loads(read_bytes(self.run.connection.client("s3"), output["metrics_uri"]))
        return str(metrics["versions"]["autogluon"])

    def info(self) -> dict[str, Any]:
        """Return `name`, `status`, `framework_version`, and `artifact_path` once completed."""
        output = self.run.output_if_completed()
        return {
            "name": self.name,
            "status": self.run.status(),
            "framework_version": self.framework_version(),
            "artifact_path": None if output is None else output["artifact_uri"],
        }


def _attached(connection: Connection, name: str) -> Run:
    try:
        return Run.attach(connection, "train", name)
    except (RunNotFoundError, InvalidArgumentError):
        # An environment of an earlier release has no tuning runs.
        if "tune" not in connection.deployment.state_machines:
            raise
        try:
            return Run.attach(connection, "tune", name)
        except (RunNotFoundError, InvalidArgumentError):
            pass
        raise
