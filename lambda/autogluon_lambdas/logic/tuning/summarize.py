"""Summarize tuning: keep a table of the trials, and choose the best one."""

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.content_types import CSV
from autogluon_contracts.documents.tuning_summary import TRIALS_FILE, TuningSummary, trial_columns
from autogluon_contracts.jobs.spending import billable_seconds
from autogluon_contracts.names import report_file, run_folder
from autogluon_lambdas.models.errors import TuningFailedError
from autogluon_lambdas.models.events.training_run import Run
from autogluon_lambdas.models.trial import Trial
from autogluon_lambdas.ports import ObjectStore, TrainingJobs, TuningJobs

_ARGUMENTS = "fit_args."


@dataclass(frozen=True)
class TuningSummarizer:
    """Turns a finished tuning job into its table and its best training job."""

    store: ObjectStore
    tuning_jobs: TuningJobs
    training_jobs: TrainingJobs

    def summarize(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return `{"run", "best", "tuning"}` for `{"run", "tuning_job"}`; the run is the trial's.

        Raises TuningFailedError when no trial has both a model and an objective.
        """
        run = Run.from_event(event)
        job = event["tuning_job"]
        trials = self.tuning_jobs.trials(run.job_name)
        sign = 1 if job["objective_type"] == "Maximize" else -1
        # A trial that was stopped has an objective, perhaps, but no model.
        whole = [t for t in trials if t.objective is not None and t.status == "Completed"]
        table = report_file(run.folder, TRIALS_FILE)
        self.store.write(table, _table(trials), CSV)
        if not whole:
            raise TuningFailedError(
                f"None of the {len(trials)} trials of tuning job {run.job_name} reported an "
                f"objective: {_first_failure(trials)}"
            )
        best = max(whole, key=lambda trial: sign * (trial.objective or 0.0))
        summary = TuningSummary(
            best_trial=best.name,
            objective=best.objective or 0.0,
            values=_by_path(best),
            trials=len(trials),
            completed=len(whole),
            trials_uri=table.uri,
            billable_seconds=self._billable_seconds(trials),
        )
        # What is registered lies in the folder of its training job, as after Train.
        folder = run_folder(run.folder.bucket, run.predictor, best.name)
        return {
            "run": {**event["run"], "folder": folder.uri},
            "best": best.name,
            "tuning": summary.to_json(),
        }

    def _billable_seconds(self, trials: Sequence[Trial]) -> dict[str, float]:
        seconds: dict[str, float] = defaultdict(float)
        for job in self.training_jobs.described(trial.name for trial in trials):
            resources = job["ResourceConfig"]
            # Those of a trial that is being stopped are not known yet.
            paid = (billable_seconds(job) or 0.0) * resources["InstanceCount"]
            seconds[resources["InstanceType"]] += paid
        return dict(seconds)


def _first_failure(trials: Sequence[Trial]) -> str:
    reason = next((trial.failure for trial in trials if trial.failure), None)
    return (reason or "their logs say why").rstrip(".") + "."


def _by_path(trial: Trial) -> dict[str, Any]:
    """Return what was tried by the argument's path; an algorithm knows it by its last name."""
    return {
        name if name.startswith(_ARGUMENTS) else f"{_ARGUMENTS}{name}": value
        for name, value in trial.values.items()
    }


def _table(trials: Sequence[Trial]) -> bytes:
    tuned = [_by_path(trial) for trial in trials]
    paths = sorted({path for values in tuned for path in values})
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*trial_columns(), *paths])
    for trial in sorted(trials, key=lambda item: item.created):
        seconds = None
        if trial.started is not None and trial.ended is not None:
            seconds = round((trial.ended - trial.started).total_seconds(), 3)
        cells = (
            trial.name,
            trial.status,
            trial.objective,
            None if trial.started is None else trial.started.isoformat(),
            None if trial.ended is None else trial.ended.isoformat(),
            seconds,
            trial.failure,
        )
        own = _by_path(trial)
        values = [own.get(path) for path in paths]
        rows.writerow(["" if cell is None else cell for cell in (*cells, *values)])
    return text.getvalue().encode()
