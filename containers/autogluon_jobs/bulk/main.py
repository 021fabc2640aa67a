"""Run a bulk job: `main(argv, environ) -> int`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from autogluon_contracts.answers import ROW_ERROR
from autogluon_contracts.documents.bulk_job import FILE_NAME, PROGRAM, BulkJobConfig
from autogluon_jobs.bulk.capacity import capacity_of, usable_cores, usable_memory
from autogluon_jobs.bulk.job import BulkJob
from autogluon_jobs.bulk.manifests import schema_hash
from autogluon_jobs.bulk.paths import BulkPaths
from autogluon_jobs.bulk.readers import check_columns
from autogluon_jobs.bulk.share import Instance, unfinished
from autogluon_jobs.bulk.worker_pool import Setup, start_workers
from autogluon_jobs.jobs.artifact_archive import unpack
from autogluon_jobs.jobs.artifact_code import size_of
from autogluon_jobs.jobs.artifact_record import verify_artifact
from autogluon_jobs.jobs.batch_engine import batch_columns
from autogluon_jobs.jobs.predictor_types import predictor_type_of
from autogluon_jobs.jobs.processing_program import exit_code
from autogluon_jobs.messages.documents import read_document
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.schema.feature_schema import FeatureSchema

_ARCHIVE = "model.tar.gz"


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Predict this instance's files, and its parts of files that all instances share.

    Returns:
        0, or 1 with the cause in one sentence in `/opt/ml/output/message`, which SageMaker keeps
        as the job's ExitMessage.
    """
    paths = BulkPaths.from_environ(environ)
    return exit_code(PROGRAM, argv, paths, lambda: _predict(paths))


def _predict(paths: BulkPaths) -> None:
    started = time.monotonic()
    plan = paths.config / FILE_NAME
    config = read_document(BulkJobConfig, plan, 'the processing job\'s input "config"')
    for folder in (paths.scratch, paths.results, paths.shards):
        folder.mkdir(parents=True, exist_ok=True)
    model = _unpacked_model(paths)
    verify_artifact(model, config.artifact_sha256)
    schema = FeatureSchema.load(model)
    if not predictor_type_of(schema.type).answers_by_row:
        raise InputError(
            f"The bulk engine cuts files into pieces, and the answers of {schema.type} predictors "
            f"do not follow the rows.",
            advice='Start BatchPredict with "engine": "transform".',
        )
    columns, instance = _result_columns(model, schema, config), Instance.read(paths)
    units = unfinished(paths, config, instance, schema_hash(model))
    if not units:
        print("AGBULK nothing to predict: no files, or all finished", flush=True)
        return
    # What explains a model is loaded beside what predicts with it.
    model_bytes = size_of(model) * (2 if config.contributions else 1)
    capacity = capacity_of(model_bytes, cores=usable_cores(), memory_bytes=usable_memory())
    parts = sum(unit.part is not None for unit in units)
    print(
        f"AGBULK files={len(units) - parts} parts={parts} workers={capacity.workers} "
        f"threads={capacity.threads}",
        flush=True,
    )
    job = BulkJob(paths, config, model, columns, instance.name)
    with start_workers(Setup(model, paths.scratch, config), capacity) as predict:
        job.run(units, predict, capacity.workers)
    print(f"AGBULK finished seconds={time.monotonic() - started:.1f}", flush=True)


def _unpacked_model(paths: BulkPaths) -> Path:
    archive = paths.archive / _ARCHIVE
    if not archive.is_file():
        raise InputError(f'{_ARCHIVE} not found in the processing job\'s input "model".')
    model = paths.scratch / "model"
    unpack(archive, model, _ARCHIVE)
    return model


def _result_columns(model: Path, schema: FeatureSchema, config: BulkJobConfig) -> tuple[str, ...]:
    """Return the names of the results' columns, checked before the first row."""
    if config.columns is not None:
        check_columns(schema, config, config.columns)
    explanations = predictor_type_of(schema.type).explanations(model, schema)
    predicted = batch_columns(schema, config, explanations)
    if not predicted:
        raise InputError(
            f"A {schema.problem_type} model has no probabilities.",
            advice="Ask for labels (output).",
        )
    errors = (ROW_ERROR,) if config.on_error == "row" else ()
    if config.id_column in (*predicted, *errors):
        raise InputError(
            f'The id column cannot be "{config.id_column}", which the answer also holds.',
            advice="Choose another id_column.",
        )
    doubled = [name for name in config.carried if name in (*predicted, *errors)]
    if doubled:
        raise InputError(
            f"Columns to carry over have the names of predictions: {listed(doubled)}.",
            advice="Rename them in the data, or leave them out.",
        )
    return (*config.carried, *predicted, *errors)
