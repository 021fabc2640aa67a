"""Run a drift job: `main(argv, environ) -> int`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autogluon_contracts.documents.drift_job import PROGRAM
from autogluon_jobs.drift.job import run
from autogluon_jobs.drift.paths import DriftPaths
from autogluon_jobs.jobs.processing_program import exit_code


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Compare the period that the input `config` names.

    Returns:
        0, or 1 with the cause in one sentence in `/opt/ml/output/message`, which SageMaker keeps
        as the job's ExitMessage.
    """
    paths = DriftPaths.from_environ(environ)
    return exit_code(PROGRAM, argv, paths, lambda: run(paths))
