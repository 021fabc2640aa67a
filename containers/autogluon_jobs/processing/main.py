"""Run a processing job: `main(argv, environ) -> int`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autogluon_contracts.documents.processing_job import FILE_NAME, PROGRAM, ProcessingJobConfig
from autogluon_jobs.jobs.processing_program import exit_code
from autogluon_jobs.messages.documents import read_document
from autogluon_jobs.processing.folders import Folders
from autogluon_jobs.processing.script import run_script


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the script, or describe the data, that the input `config` names.

    Returns:
        0, or 1 with the cause in one sentence in `/opt/ml/output/message`, which SageMaker keeps
        as the job's ExitMessage.
    """
    folders = Folders.from_environ(environ)
    return exit_code(PROGRAM, argv, folders, lambda: _run(folders, environ))


def _run(folders: Folders, environ: Mapping[str, str]) -> None:
    config = read_document(
        ProcessingJobConfig, folders.config / FILE_NAME, 'the processing job\'s input "config"'
    )
    if config.script is not None:
        run_script(config, config.script, folders, environ)
    elif config.profile is not None:
        # pandas and matplotlib take seconds; a script may need neither.
        from autogluon_jobs.processing.profile_job import profile_data

        profile_data(config, config.profile, folders)
