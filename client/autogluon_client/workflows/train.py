"""Start a training run, follow it, and read what it produced."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogluon_client.data.storage import read_bytes
from autogluon_client.data.uploads import Uploads
from autogluon_client.environment.connection import Connection
from autogluon_client.executions.job_progress import TrainingProgress
from autogluon_client.executions.names import new_name
from autogluon_client.executions.progress import Progress, follow
from autogluon_client.executions.run import NOT_CREATED, Run
from autogluon_client.optional_packages import pandas
from autogluon_client.workflows.train_request import FitRequest
from autogluon_contracts import names

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
    """One training run of one predictor."""

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
    ) -> TrainingRun:
        """Upload the data and start training."""
        arguments = request.arguments(predictor, uploads)
        return cls(Run.start(connection, "train", name or new_name("fit"), arguments), predictor)

    @classmethod
    def attach(cls, connection: Connection, name: str) -> TrainingRun:
        """Find a training run by name or ARN; raises RunNotFoundError."""
        run = Run.attach(connection, "train", name)
        return cls(run, str(run.arguments()["predictor"]))

    @classmethod
    def of(cls, connection: Connection, predictor: str, name: str) -> TrainingRun:
        """Return the handle of a run that is known to exist."""
        return cls(Run(connection, "train", name), predictor)

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
        models = TrainingProgress(
            self.run.connection.client("logs"), names.job_name(self.predictor, self.run.arn)
        )
        return follow(
            self.run, progress, attach_with=f"attach_job({self.name!r})", detail=models.summary
        )

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
