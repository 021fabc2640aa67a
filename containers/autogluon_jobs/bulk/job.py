"""Predict the files and parts of one instance in order, each cut into chunks for all cores."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from autogluon_contracts.answer_attributes import UnknownCategories, added
from autogluon_contracts.documents.bulk_job import (
    BulkJobConfig,
    BulkUnit,
    FilePart,
    ShardManifest,
)
from autogluon_jobs.bulk.chunks import chunk_bytes, named_rows, names_rows
from autogluon_jobs.bulk.file_formats import assembler, cut, cut_parts, prepare, rows_before
from autogluon_jobs.bulk.manifests import schema_hash, write_manifest
from autogluon_jobs.bulk.paths import BulkPaths
from autogluon_jobs.bulk.result_files import Assembler
from autogluon_jobs.bulk.row_errors import RowErrors
from autogluon_jobs.bulk.share import input_path
from autogluon_jobs.bulk.worker import Piece, Task
from autogluon_jobs.bulk.worker_pool import Predict
from autogluon_jobs.jobs.row_progress import print_rows
from autogluon_jobs.messages.errors import InputError


@dataclass(frozen=True)
class _Found:
    """What became of the rows of a file or part, and of which bytes or rows of the file."""

    rows: int = 0
    errors: RowErrors = field(default_factory=RowErrors)
    unknown: UnknownCategories = field(default_factory=UnknownCategories)
    span: tuple[int, int] | None = None

    def and_piece(self, piece: Piece) -> _Found:
        """Return what there is with the next piece."""
        start, end = piece.task.chunk.span
        return _Found(
            self.rows + piece.rows,
            self.errors.joined(piece.errors, self.rows),
            added([self.unknown, piece.unknown]),
            (start if self.span is None else self.span[0], end),
        )


@dataclass(frozen=True)
class BulkJob:
    """One instance's part of a bulk job.

    `columns` are the names of the results' columns; `model` is the unpacked artifact; `host` the
    instance.
    """

    paths: BulkPaths
    config: BulkJobConfig
    model: Path
    columns: tuple[str, ...]
    host: str

    def run(self, units: Sequence[BulkUnit], predict: Predict, workers: int) -> None:
        """Predict files and parts of files, in order.

        Raises:
            InputError: a row that cannot be read exactly, by file, row and column.
        """
        target = chunk_bytes(sum(unit.bytes for unit in units), workers)
        pieces = predict(self._tasks(units, target, workers))
        started = time.monotonic()
        # One stream over all of them, so that no core waits while the last chunks of one are done.
        current = next(pieces, None)
        for index, unit in enumerate(units):
            scratch = self.paths.scratch / f"{index}.result"
            found = _Found()
            with assembler(scratch, self.config.output_format, self.columns) as result:
                while current is not None and current.task.unit == index:
                    self._append(result, unit, current, found)
                    found = found.and_piece(current)
                    current = next(pieces, None)
            ended = time.monotonic()
            self._finish(unit, scratch, found, ended - started)
            self._prepared(index).unlink(missing_ok=True)
            started = ended

    def _tasks(self, units: Sequence[BulkUnit], target: int, workers: int) -> Iterator[Task]:
        # The parts of a file are found in one pass over it.
        for name, numbered in groupby(enumerate(units), key=lambda entry: entry[1].file.name):
            try:
                yield from self._tasks_of(list(numbered), target, workers)
            except InputError as error:
                raise named_rows(error, name, 0) from error

    def _tasks_of(
        self, units: Sequence[tuple[int, BulkUnit]], target: int, workers: int
    ) -> Iterator[Task]:
        """Return the chunks of a file, or of some of its parts."""
        index, unit = units[0]
        path = input_path(self.paths, unit.file)
        if unit.part is None:
            path = prepare(path, self.config, self._prepared(index))
            for chunk in cut(path, self.config, target, workers):
                yield Task(index, chunk)
            return
        indices = {unit.part: index for index, unit in units if unit.part is not None}
        count = len(unit.file.parts)
        for part, chunk in cut_parts(path, self.config, count, indices, workers):
            yield Task(indices[part], chunk)

    def _prepared(self, index: int) -> Path:
        return self.paths.scratch / f"{index}.input"

    def _append(self, result: Assembler, unit: BulkUnit, piece: Piece, before: _Found) -> None:
        if piece.problem is not None:
            rows = before.rows
            if unit.part is not None and names_rows(piece.problem):
                start = (before.span or piece.task.chunk.span)[0]
                rows += rows_before(piece.task.chunk.path, self.config, start)
            raise named_rows(piece.problem, unit.file.name, rows)
        result.append(piece.path)
        piece.path.unlink()
        print_rows(piece.rows)

    def _finish(self, unit: BulkUnit, scratch: Path, found: _Found, seconds: float) -> None:
        rows, file = found.rows, unit.file
        if rows == 0 or found.span is None:
            raise _without_rows(unit)
        if unit.part is None and file.rows is not None and rows != file.rows:
            raise InputError(
                f"{file.name} had {file.rows:,} rows when the batch was planned and has {rows:,} "
                "now.",
                advice="Start the batch again.",
            )
        result = self.paths.results / unit.output
        result.parent.mkdir(parents=True, exist_ok=True)
        size = scratch.stat().st_size
        # What is uploaded appears when it is complete, and its manifest after it.
        shutil.move(scratch, result)
        manifest = ShardManifest(
            input=file.uri,
            etag=file.etag,
            output=unit.output,
            rows_in=self._rows_in(unit, found),
            rows_out=rows,
            row_errors=found.errors.count,
            first_row_errors=found.errors.first,
            unknown_categories=found.unknown.cells,
            unknown_columns=found.unknown.listed,
            bytes=size,
            seconds=round(seconds, 3),
            schema_hash=schema_hash(self.model),
            batch_hash=self.config.digest(),
            job_name=self.config.job_name,
            host=self.host,
            part=_part(unit, found.span),
        )
        write_manifest(self.paths.shards, unit, manifest, self.paths.scratch / "manifest.json")
        print(
            f"AGBULK file={unit.name} rows={rows} row_errors={found.errors.count} "
            f"unknown_categories={found.unknown.cells} seconds={seconds:.1f} bytes={size}",
            flush=True,
        )

    def _rows_in(self, unit: BulkUnit, found: _Found) -> int:
        """Return how many rows were to be read, where the file or its plan says so."""
        if unit.part is None:
            return found.rows if unit.file.rows is None else unit.file.rows
        if self.config.format == "parquet" and found.span is not None:
            return found.span[1] - found.span[0]
        return found.rows


def _part(unit: BulkUnit, span: tuple[int, int]) -> FilePart | None:
    if unit.part is None:
        return None
    start, end = span
    return FilePart(number=unit.part, of=len(unit.file.parts), start=start, end=end)


def _without_rows(unit: BulkUnit) -> InputError:
    name = unit.file.name
    if unit.part is None:
        return InputError(f"{name} has no rows.", advice="Leave it out of the batch.")
    return InputError(
        f"{name} has no rows in part {unit.part:,} of {len(unit.file.parts):,}.",
        advice="Remove its blank lines and overlong records, or write it as several files.",
    )
