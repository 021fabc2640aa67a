"""Look at a predictor's runs and model versions, and stop a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autogluon_client.aws_errors import explained
from autogluon_client.data.storage import download
from autogluon_client.errors import InvalidArgumentError, NotFitError, NotFoundError
from autogluon_client.executions.runs import TRAINING, find_run, list_runs
from autogluon_client.optional_packages import pandas
from autogluon_client.predictors.context import EndpointT, PredictorContext
from autogluon_client.registry.versions import describe_version, list_versions
from autogluon_client.workflows.comparison import compare_runs, read_leaderboard

if TYPE_CHECKING:
    import pandas as pd

_RUN_COLUMNS = ("name", "workflow", "status", "started", "seconds", "error", "cause")
_MODEL_COLUMNS = ("version", "status", "live", "best_model", "eval_metric", "eval_metric_value",
                  "created", "run", "arn")  # fmt: skip


class RunInspection(PredictorContext[EndpointT]):
    """Provides the calls that look at runs and versions; none of them starts anything."""

    def __repr__(self) -> str:
        attached = {
            "predictor": self.predictor,
            "environment": self._connection.environment,
            "run": self._state.fit_job,
            "endpoint": self._state.endpoint,
        }
        told = ", ".join(f"{name}={value!r}" for name, value in attached.items() if value)
        return f"{type(self).__name__}({told})"

    @explained
    def report(self, save_path: str | Path | None = None) -> str:
        """Wait for the training run and download its HTML report.

        Args:
            save_path: the file to write; `<local_output_path>/<run>.html` by default.

        Returns:
            The file's path.

        Raises:
            NotFitError: no training run is attached.
            NotFoundError: the run left no report.
        """
        run = self._training_run()
        uri = run.output(self._progress).get("report_uri")
        if uri is None:
            raise NotFoundError(f"Run {run.name!r} has no report.", advice="Train again.")
        path = Path(save_path).expanduser() if save_path else self._folder / f"{run.name}.html"
        return str(download(self._connection.client("s3"), uri, path))

    @explained
    def analytics(self) -> pd.DataFrame:
        """Return the trials of the attached tuning run: one row each, in the order of their start.

        Columns: `trial` (the training job), `status`, `objective`, `started`, `ended`, `seconds`,
        `failure`, and each tuned argument by its path. Empty before the search has ended.

        Raises:
            NotFitError: no tuning run is attached.
        """
        run = self._training_run()
        if run.run.workflow != "tune":
            raise NotFitError(
                f"{run.name!r} is a training run, which has no trials.",
                advice="Call tune(), or attach_job() with a tuning run's name.",
            )
        return run.trials()

    @explained
    def runs(self, limit: int = 20) -> pd.DataFrame:
        """Return the predictor's latest training runs, batches and promotions, the latest first.

        Columns: `name`, `workflow`, `status`, `started`, `seconds`, `error`, `cause`.
        """
        found = list_runs(self._connection, predictor=self.predictor, limit=limit)
        rows = [[getattr(run, name) for name in _RUN_COLUMNS] for run in found]
        return pandas().DataFrame(rows, columns=list(_RUN_COLUMNS))

    @explained
    def models(self) -> pd.DataFrame:
        """Return the predictor's model versions, the latest first.

        Columns: `version`, `status`, `live`, `best_model`, `eval_metric`, `eval_metric_value`,
        `created`, `run`, `arn`.
        """
        live = self._connection.live_model(self.predictor)
        found = [
            describe_version(package, live)
            for package in list_versions(self._connection, self.predictor)
        ]
        rows = [[version[name] for name in _MODEL_COLUMNS] for version in found]
        return pandas().DataFrame(rows, columns=list(_MODEL_COLUMNS))

    @explained
    def compare(self, *runs: str) -> pd.DataFrame:
        """Put training runs side by side: one column per run, one row per fact.

        Args:
            runs: names of training runs; the attached one is added in front.

        Raises:
            RunNotFoundError: the environment has no such training run.
            InvalidArgumentError: there is no run to compare.
        """
        named = dict.fromkeys((*([self._state.fit_job] if self._state.fit_job else []), *runs))
        if not named:
            raise InvalidArgumentError(
                "compare() got no run.", argument="runs", advice="Pass names of training runs."
            )
        found = [find_run(self._connection, name, workflows=TRAINING) for name in named]
        boards = [read_leaderboard(self._connection, run) for run in found]
        facts = compare_runs(found, boards)
        return pandas().DataFrame.from_dict(
            facts, orient="index", columns=[run.name for run in found]
        )

    @explained
    def stop(self, job_name: str | None = None) -> None:
        """Stop a run and its SageMaker job.

        Args:
            job_name: the name of a training run or a batch; default: the attached training run.

        Raises:
            NotFitError: no training run is attached, and no name is given.
            RunNotFoundError: the environment has no such run.
            InvalidArgumentError: the run has already ended.
        """
        if job_name is None:
            self._training_run().run.stop("Stopped by stop().")
            return
        found = find_run(self._connection, job_name, workflows=(*TRAINING, "batch_predict"))
        found.handle(self._connection).stop("Stopped by stop().")
