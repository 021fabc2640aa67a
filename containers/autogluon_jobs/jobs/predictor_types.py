"""The predictor types that a training job can have, each with the module that trains it.

A new type is one module beside `tabular_job` with the same `run_job`, and one line here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable

from autogluon_jobs.jobs.job_config import JobConfig
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

RunJob = Callable[[JobConfig, JobPaths], None]

_MODULES = {"tabular": "autogluon_jobs.tabular.training.job"}


def job_of(predictor_type: str) -> RunJob:
    """The function that runs a job of this type.

    Raises:
        InputError: the type is not supported by this version.
    """
    if predictor_type not in _MODULES:
        raise InputError(
            f'Predictors of type "{predictor_type}" are not supported by this version; supported '
            f"is {listed(tuple(_MODULES))}."
        )
    # Imported when asked for: a job of one type must not need the libraries of another.
    run_job: RunJob = importlib.import_module(_MODULES[predictor_type]).run_job
    return run_job
