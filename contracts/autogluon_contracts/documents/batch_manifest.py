"""Define `manifest.json`: what became of every file of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from autogluon_contracts.document import Document, key

FILE_NAME = "manifest.json"
MOST_LISTED_ERRORS = 10
"""So many row errors are listed in a manifest and a run's output; the results hold all."""


@dataclass(frozen=True, kw_only=True)
class ResultPart:
    """The result of one part of an input file: consecutive rows."""

    output: str = key("the result's S3 URI")
    rows: int = key("its rows")
    bytes: int = key("its size")
    seconds: float = key("wall clock")
    job_name: str = key("the job that predicted it")


@dataclass(frozen=True, kw_only=True)
class ResultFile:
    """One input file and its result."""

    input: str = key("the file's S3 URI")
    rows_in: int | None = key("rows of the file; null: a pipeline's own container reads them")
    output: str = key("the result's S3 URI; of a file in parts, their folder's, which ends in /")
    rows_out: int = key("rows of the result")
    row_errors: int | None = key(
        "rows with an error in place of an answer; on_error row", default=None, omit_null=True
    )
    bytes: int | None = key("the result's size; bulk engine", default=None, omit_null=True)
    seconds: float | None = key(
        "wall clock, of parts their sum; bulk engine", default=None, omit_null=True
    )
    job_name: str | None = key(
        "the job that predicted it; bulk engine, not of parts", default=None, omit_null=True
    )
    parts: tuple[ResultPart, ...] = key(
        "the results of its parts, in the order of its rows; bulk engine, large files",
        default=(),
        omit_default=True,
    )


@dataclass(frozen=True, kw_only=True)
class BatchJob:
    """One job of a batch."""

    job_name: str = key("the processing job")
    seconds: float | None = key("from its start to its end; null: unknown")
    # Absent in a manifest by an earlier release.
    instance_type: str | None = key("what it ran on", default=None, omit_null=True)


@dataclass(frozen=True, kw_only=True)
class BatchManifest(Document):
    """A finished batch, written by `summarize_batch`."""

    NAME: ClassVar[str] = FILE_NAME
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    predictor: str = key("the predictor's name")
    job_name: str = key("the batch's job name")
    engine: Literal["transform", "bulk", "pipeline"] = key("what predicted it")
    engine_reason: str = key("why")
    model_package_arn: str = key("the version that predicted")
    columns: tuple[str, ...] = key("columns of the results")
    rows: int = key("rows of all results")
    row_errors: int | None = key(
        "rows with an error in place of an answer; on_error row", default=None, omit_null=True
    )
    first_row_errors: tuple[str, ...] | None = key(
        "the first 10 of them, each with its file and row", default=None, omit_null=True
    )
    unknown_categories: int | None = key(
        "cells with a category that training did not see, which count as missing; above 0",
        default=None,
        omit_null=True,
    )
    unknown_columns: tuple[str, ...] | None = key(
        "the first 30 columns that hold some", default=None, omit_null=True
    )
    schema_hash: str | None = key(
        "of the model's feature schema; bulk engine", default=None, omit_null=True
    )
    files: tuple[ResultFile, ...] = key("one entry per input file")
    jobs: tuple[BatchJob, ...] | None = key(
        "the jobs of a bulk batch", default=None, omit_null=True
    )
    seconds: float | None = key("from the first job's start to the last one's end")
