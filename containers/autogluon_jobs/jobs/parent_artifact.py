"""Unpack the model that a job trains further, and verify it before anything of it is loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

from autogluon_contracts.documents.feature_schema import FILE_NAME as SCHEMA_FILE
from autogluon_contracts.documents.metrics import FILE_NAME as METRICS_FILE
from autogluon_contracts.documents.parent_model import ARCHIVE, ParentModel
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_jobs.jobs.artifact_archive import unpack
from autogluon_jobs.jobs.artifact_record import verify_artifact
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.own_code import take_own_code
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import FeatureSchema

_OURS = ("code", "direct", METRICS_FILE, SCHEMA_FILE)
"""What a job of this project adds to AutoGluon's folder; the new job writes its own."""


def unpack_parent(parent: ParentModel, config: TrainingJobConfig, paths: JobPaths) -> FeatureSchema:
    """Fill `paths.fit` with AutoGluon's part of the artifact, and return what the model takes.

    Raises:
        InputError: the artifact is missing, differs from the recorded one, or is of another type.
    """
    archive = paths.channel(parent.channel) / ARCHIVE
    if not archive.is_file():
        raise InputError(f'{ARCHIVE} not found in the channel "{parent.channel}".')
    shutil.rmtree(paths.fit, ignore_errors=True)
    unpack(archive, paths.fit, parent.artifact)
    verify_artifact(paths.fit, parent.artifact_sha256)
    schema = FeatureSchema.load(paths.fit)
    if schema.type != config.type:
        raise InputError(f"{parent.name} is a {schema.type} model, and the job is {config.type}.")
    take_own_code(paths.fit, paths)
    for name in _OURS:
        _remove(paths.fit / name)
    return schema


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
