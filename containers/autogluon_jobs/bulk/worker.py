"""Predict chunk after chunk in a process that holds the model."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from autogluon_contracts.answer_attributes import UnknownCategories, added
from autogluon_contracts.code.own_code import import_from_artifact
from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_jobs.bulk.answers import AnswerBatch, answer_all, answer_batch, answer_each
from autogluon_jobs.bulk.chunks import Chunk, row_of_chunk
from autogluon_jobs.bulk.file_formats import open_chunk, piece_writer, read_chunk
from autogluon_jobs.bulk.row_errors import RowErrors
from autogluon_jobs.jobs.batch_engine import batch_columns, batch_engine
from autogluon_jobs.jobs.bounded_memory import bound_memory
from autogluon_jobs.jobs.engines import Engine
from autogluon_jobs.jobs.predictor_types import predictor_type_of
from autogluon_jobs.messages.errors import InputError, RowError
from autogluon_jobs.requests.bad_rows import predict_good, sort_rows, with_errors
from autogluon_jobs.requests.batch_rows import this_row
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema


@dataclass(frozen=True)
class Task:
    """A chunk, and from which of the files and parts that the instance predicts it is."""

    unit: int
    chunk: Chunk


@dataclass(frozen=True)
class Piece:
    """A chunk's answer: a file, or the error that explains its absence (rows marked).

    `errors` are those in the file, by their positions in the chunk; `unknown` are cells of it.
    """

    task: Task
    rows: int
    path: Path
    problem: InputError | None = None
    errors: RowErrors = field(default_factory=RowErrors)
    unknown: UnknownCategories = field(default_factory=UnknownCategories)


@dataclass(frozen=True)
class _Worker:
    schema: FeatureSchema
    engine: Engine
    scratch: Path
    config: BulkJobConfig
    names: tuple[str, ...]

    def predict(self, task: Task) -> Piece:
        path = self.scratch / f"{uuid.uuid4().hex}.piece"
        try:
            return self._written(task, path, self._answers(task.chunk))
        except InputError as error:
            if self.config.on_error == "batch":
                return _refused(task, path, error)
        try:
            return self._written(task, path, self._answers_each(task.chunk))
        except InputError as error:
            return _refused(task, path, error)

    def _written(self, task: Task, path: Path, answers: Iterator[AnswerBatch]) -> Piece:
        rows, errors, unknown = 0, RowErrors(), UnknownCategories()
        with piece_writer(path, self.config.output_format) as writer:
            for answer in answers:
                writer.write(answer)
                errors = errors.joined(answer.errors(), rows)
                unknown = added([unknown, answer.unknown])
                rows += answer.rows
        return Piece(task, rows, path, errors=errors, unknown=unknown)

    def _answers(self, chunk: Chunk) -> Iterator[AnswerBatch]:
        rows = 0
        for batch in read_chunk(self.schema, self.config, chunk):
            try:
                cells = self.engine.predict(Request(batch.features)).cells(self.config.output)
            except RowError as error:
                raise error.of_row(row_of_chunk(rows + error.positions[0])) from error
            assemble = answer_all if self.config.on_error == "row" else answer_batch
            answer = assemble(batch.carried, cells)
            yield replace(answer, unknown=batch.features.unknown_categories())
            rows += len(batch.features)

    def _answers_each(self, chunk: Chunk) -> Iterator[AnswerBatch]:
        """Answer the rows that can be predicted, and say what is wrong with the others."""
        for opened in open_chunk(RowReader(self.schema), self.config, chunk):
            rows = sort_rows(self.schema.label, opened.source, lambda _: None, this_row)
            rows, cells = predict_good(
                rows, lambda request: self.engine.predict(request).cells(self.config.output)
            )
            answer = answer_each(self.schema, opened.carried, with_errors(rows, self.names, cells))
            if rows.request is None:
                yield answer
            else:
                yield replace(answer, unknown=rows.request.given.unknown_categories())


def _refused(task: Task, path: Path, error: InputError) -> Piece:
    # An exception would lose its chunk; the parent names the row.
    path.unlink(missing_ok=True)
    return Piece(task, 0, path, error)


_workers: list[_Worker] = []
_failures: list[Exception] = []


def start(model: Path, scratch: Path, config: BulkJobConfig, threads: int) -> None:
    """Load the model, for so many threads; the first thing that a worker process does.

    Never raises: a pool forgets why its processes did not start. `predict` tells.
    """
    _failures.clear()
    bound_memory()
    try:
        import_from_artifact(model)
        schema = FeatureSchema.load(model)
        predictor_type = predictor_type_of(schema.type)
        engine = predictor_type.load(model, schema, threads, small_requests=False)
        explanations = predictor_type.explanations(model, schema)
        engine = batch_engine(engine, config, explanations)
        names = batch_columns(schema, config, explanations)
        _workers[:] = [_Worker(schema, engine, scratch, config, tuple(names))]
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
