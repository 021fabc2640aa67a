"""One worker: a process that holds the model and predicts chunk after chunk."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autogluon_jobs.bulk.answers import answer_batch
from autogluon_jobs.bulk.chunks import Chunk
from autogluon_jobs.bulk.config import BulkConfig
from autogluon_jobs.bulk.formats import piece_writer
from autogluon_jobs.bulk.readers import read_chunk
from autogluon_jobs.errors import InputError
from autogluon_jobs.request import Request

if TYPE_CHECKING:
    from autogluon_jobs.serving import ServedModel


@dataclass(frozen=True)
class Task:
    """A chunk and which of the job's files it is from."""

    file: int
    chunk: Chunk


@dataclass(frozen=True)
class Piece:
    """A chunk's answer: a file, or the sentence that says why there is none (rows marked)."""

    file: int
    rows: int
    path: Path
    problem: str | None = None


@dataclass(frozen=True)
class _Worker:
    model: ServedModel
    scratch: Path
    config: BulkConfig

    def predict(self, task: Task) -> Piece:
        path = self.scratch / f"{uuid.uuid4().hex}.piece"
        rows = 0
        try:
            with piece_writer(path, self.config.output_format) as writer:
                for batch in read_chunk(self.model.schema, self.config, task.chunk):
                    predictions = self.model.engine.predict(Request(batch.features))
                    answer = answer_batch(batch.carried, predictions, self.config.output)
                    writer.write(answer)
                    rows += answer.rows
        except InputError as error:
            # An exception would lose its chunk; the parent names the row.
            path.unlink(missing_ok=True)
            return Piece(task.file, 0, path, str(error))
        return Piece(task.file, rows, path)


_workers: list[_Worker] = []
_failures: list[Exception] = []


def start(model: Path, scratch: Path, config: BulkConfig, workers: int) -> None:
    """Load the model, for one of so many workers; the first thing that a worker process does.

    Never raises: a pool forgets why its processes did not start. `predict` tells.
    """
    _failures.clear()
    try:
        _workers[:] = [_Worker(_load(model, workers), scratch, config)]
    except Exception as error:  # noqa: BLE001 - whatever it is, `predict` raises it again
        _failures.append(error)


def _load(model: Path, workers: int) -> ServedModel:
    # Imported here: the parent of several workers predicts nothing and needs no AutoGluon.
    from autogluon_jobs.serving import ServedModel
    from autogluon_jobs.serving_config import VARIABLE, ServingConfig

    # How a server tells its workers that they share the cores.
    numbers = asdict(ServingConfig(workers=workers))
    del numbers["timeout_seconds"]
    return ServedModel.load(model, {VARIABLE: json.dumps({"version": 1, **numbers})})


def predict(task: Task) -> Piece:
    """Predict one chunk with the model that `start` loaded.

    Raises:
        Exception: what kept the model from being loaded.
    """
    if _failures:
        raise _failures[0]
    return _workers[0].predict(task)
