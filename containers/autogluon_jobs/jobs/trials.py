"""Run a training job as a trial of a tuning job: with its values, and reporting its objective."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autogluon_contracts.documents.metrics import FILE_NAME, TrainingMetrics
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.documents.tuning_rules import with_values
from autogluon_contracts.jobs.log_lines import OBJECTIVE, metric_line
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.messages.documents import read_document
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed


def with_tuned_values(config: TrainingJobConfig, environ: Mapping[str, str]) -> TrainingJobConfig:
    """Return the job with the values that the tuning job chose for this trial.

    They come as hyperparameters, which the toolkit has decoded in `SM_HPS`; a job that is not a
    trial has none.

    Raises:
        InputError: there are others than `tuned` names, or fewer.
    """
    chosen: dict[str, Any] = json.loads(environ.get("SM_HPS") or "{}")
    tuned = config.tuned or ()
    others = sorted(chosen.keys() - set(tuned))
    if others:
        raise InputError(
            f"Hyperparameters are not supported: {listed(others)}.",
            advice="Put everything that a job needs into job.json.",
        )
    missing = [path for path in tuned if path not in chosen]
    if missing:
        raise InputError(f"The trial has no value for {listed(missing)}.")
    if not tuned:
        return config
    for path, value in chosen.items():
        print(f"Tuned: {path}={json.dumps(value)}", flush=True)
    arguments = with_values({"fit_args": config.fit_args}, chosen)
    return replace(config, fit_args=arguments["fit_args"])


def report_objective(config: TrainingJobConfig, paths: JobPaths) -> None:
    """Print a trial's validation score as the objective; nothing for other jobs."""
    if not config.tuned:
        return
    metrics = read_document(TrainingMetrics, paths.output_data / FILE_NAME, "the job's results")
    score = metrics.validation_score
    if score is None:
        # Not an error: the settings may compare trials by another number of the log.
        print(f"{metrics.best_model} has no validation score to compare trials by.", flush=True)
    else:
        # All digits: the last ones may tell two trials apart.
        print(metric_line(**{OBJECTIVE: repr(score)}), flush=True)
