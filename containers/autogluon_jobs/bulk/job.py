"""Predict the files of one instance in order, each cut into chunks for all cores."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autogluon_contracts.answer_attributes import UnknownCategories, added
from autogluon_contracts.documents.bulk_job import BulkFile, BulkJobConfig, ShardManifest
from autogluon_jobs.bulk.chunks import chunk_bytes, named_rows
from autogluon_jobs.bulk.file_formats import assembler, cut, prepare
from autogluon_jobs.bulk.manifests import (
    is_finished,
    schema_hash,
    write_manifest,
)
from autogluon_jobs.bulk.paths import BulkPaths
from autogluon_jobs.bulk.result_files import Assembler
from autogluon_jobs.bulk.row_errors import RowErrors
from autogluon_jobs.bulk.worker import Piece, Task
from autogluon_jobs.bulk.worker_pool import Predict
from autogluon_jobs.jobs.row_progress import print_rows
from autogluon_jobs.messages.errors import InputError


@dataclass(frozen=True)
class _Found:
    """What became of one file's rows."""

    rows: int
    errors: RowErrors
    unknown: UnknownCategories
    seconds: float


@dataclass(frozen=True)
class BulkJob:
    """One instance's part of a bulk job.

    `columns` are the names of the results' columns; `model` is the unpacked artifact.
    """

    paths: BulkPaths
    config: BulkJobConfig
    model: Path
    columns: tuple[str, ...]
    host: str

    def unfinished(self) -> list[BulkFile]:
        """Return the files of this instance that no earlier job finished.

        Raises:
            InputError: a file changed since the batch was planned.
        """
        schema, batch = schema_hash(self.model), self.config.digest()
        todo = []
        for file in self.config.files:
            path = self.paths.data / file.name
            if not path.is_file():
                continue  # another instance's share
            if path.stat().st_size != file.bytes:
                raise InputError(
                    f"{file.uri} had {file.bytes:,} bytes when the batch was planned and has "
                    f"{path.stat().st_size:,} now.",
                    advice="Start the batch again.",
                )
            if is_finished(self.paths.finished, file, schema=schema, batch=batch):
                print(f"AGBULK file={file.name} skipped: already finished", flush=True)
            else:
                todo.append(file)
        return todo

    def run(self, files: Sequence[BulkFile], predict: Predict, workers: int) -> None:
        """Predict the files, in order.

        Raises:
            InputError: a row that cannot be read exactly, by file, row and column.
        """
        target = chunk_bytes(sum(file.bytes for file in files), workers)
        pieces = predict(self._tasks(files, target, workers))
        started = time.monotonic()
        # One stream over all files, so that no core waits while the last chunks of one are done.
        current = next(pieces, None)
        for index, file in enumerate(files):
            scratch = self.paths.scratch / f"{index}.result"
            rows, errors, unknown = 0, RowErrors(), UnknownCategories()
            with assembler(scratch, self.config.output_format, self.columns) as result:
                while current is not None and current.file == index:
                    errors = errors.joined(current.errors, rows)
                    unknown = added([unknown, current.unknown])
                    rows += self._append(result, file, current, rows)
                    current = next(pieces, None)
            ended = time.monotonic()
            found = _Found(rows, errors, unknown, ended - started)
            self._finish(file, scratch, found)
            self._prepared(index).unlink(missing_ok=True)
            started = ended

    def _tasks(self, files: Sequence[BulkFile], target: int, workers: int) -> Iterator[Task]:
        for index, file in enumerate(files):
            try:
                path = prepare(self.paths.data / file.name, self.config, self._prepared(index))
                for chunk in cut(path, self.config, target, workers):
                    yield Task(index, chunk)
            except InputError as error:
                raise named_rows(error, file.name, 0) from error

    def _prepared(self, index: int) -> Path:
        return self.paths.scratch / f"{index}.input"

    def _append(self, result: Assembler, file: BulkFile, piece: Piece, rows_before: int) -> int:
        if piece.problem is not None:
            raise named_rows(piece.problem, file.name, rows_before)
        result.append(piece.path)
        piece.path.unlink()
        print_rows(piece.rows)
        return piece.rows

    def _finish(self, file: BulkFile, scratch: Path, found: _Found) -> None:
        rows = found.rows
        if rows == 0:
            raise InputError(f"{file.name} has no rows.", advice="Leave it out of the batch.")
        if file.rows is not None and rows != file.rows:
            raise InputError(
                f"{file.name} had {file.rows:,} rows when the batch was planned and has {rows:,} "
                "now.",
                advice="Start the batch again.",
            )
        result = self.paths.results / file.output
        result.parent.mkdir(parents=True, exist_ok=True)
        size = scratch.stat().st_size
        # What is uploaded appears when it is complete, and its manifest after it.
        shutil.move(scratch, result)
        manifest = ShardManifest(
            input=file.uri,
            etag=file.etag,
            output=file.output,
            rows_in=rows if file.rows is None else file.rows,
            rows_out=rows,
            row_errors=found.errors.count,
            first_row_errors=found.errors.first,
            unknown_categories=found.unknown.cells,
            unknown_columns=found.unknown.listed,
            bytes=size,
            seconds=round(found.seconds, 3),
            schema_hash=schema_hash(self.model),
            batch_hash=self.config.digest(),
            job_name=self.config.job_name,
            host=self.host,
        )
        write_manifest(self.paths.shards, file, manifest)
        print(
            f"AGBULK file={file.name} rows={rows} row_errors={found.errors.count} "
            f"unknown_categories={found.unknown.cells} seconds={found.seconds:.1f} bytes={size}",
            flush=True,
        )
