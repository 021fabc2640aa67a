"""Predict chunk after chunk in a process that holds the model."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_jobs.bulk.answers import answer_batch
from autogluon_jobs.bulk.chunks import Chunk, row_of_chunk
from autogluon_jobs.bulk.file_formats import piece_writer, read_chunk
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.jobs.predictor_types import predictor_type_of
from autogluon_jobs.messages.errors import InputError, RowError
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema


@dataclass(frozen=True)
class Task:
    """A chunk and which of the job's files it is from."""

    file: int
    chunk: Chunk


@dataclass(frozen=True)
class Piece:
    """A chunk's answer: a file, or the error that explains its absence (rows marked)."""

    file: int
    rows: int
    path: Path
    problem: InputError | None = None


@dataclass(frozen=True)
class _Worker:
    schema: FeatureSchema
    engine: Engine
    scratch: Path
    config: BulkJobConfig

    def predict(self, task: Task) -> Piece:
        path = self.scratch / f"{uuid.uuid4().hex}.piece"
        rows = 0
        try:
            with piece_writer(path, self.config.output_format) as writer:
                for batch in read_chunk(self.schema, self.config, task.chunk):
                    predictions = self.engine.predict(Request(batch.features))
                    answer = answer_batch(batch.carried, predictions, self.config.output)
                    writer.write(answer)
                    rows += answer.rows
        except InputError as error:
            # An exception would lose its chunk; the parent names the row.
            path.unlink(missing_ok=True)
            return Piece(task.file, 0, path, _marked(error, rows))
        return Piece(task.file, rows, path)


def _marked(error: InputError, rows_before: int) -> InputError:
    if isinstance(error, RowError):
        return error.of_row(row_of_chunk(rows_before + error.positions[0]))
    return error  # of a reader, which marks its rows


_workers: list[_Worker] = []
_failures: list[Exception] = []


def start(model: Path, scratch: Path, config: BulkJobConfig, threads: int) -> None:
    """Load the model, for so many threads; the first thing that a worker process does.

    Never raises: a pool forgets why its processes did not start. `predict` tells.
    """
    _failures.clear()
    try:
        schema = FeatureSchema.load(model)
        predictor_type = predictor_type_of(schema.type)
        engine = predictor_type.load(model, schema, threads, small_requests=False)
        _workers[:] = [_Worker(schema, engine, scratch, config)]
    except Exception as error:  # noqa: BLE001 - whatever it is, `predict` raises it again
        _failures.append(error)


def predict(task: Task) -> Piece:
    """Predict one chunk with the model that `start` loaded.

    Raises:
        Exception: what kept the model from being loaded.
    """
    if _failures:
        raise _failures[0]
    return _workers[0].predict(task)
