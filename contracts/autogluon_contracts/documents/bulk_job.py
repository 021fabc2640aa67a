"""Define `bulk.json`, what a bulk job predicts, and the manifest of each file that it finishes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from autogluon_contracts.answers import BatchOnError
from autogluon_contracts.content_types import Format
from autogluon_contracts.data.files.csv_dialect import Delimiter
from autogluon_contracts.document import Document, key

FILE_NAME = "bulk.json"
PROGRAM = "predict.py"
"""The container code's entry point of a bulk job."""


def part_name(number: int, of: int) -> str:
    """Return the name of a part's result and manifest, without their suffix.

    Example:
        >>> part_name(2, 31)
        'part-00002-of-00031'
    """
    return f"part-{number:05}-of-{of:05}"


@dataclass(frozen=True, kw_only=True)
class BulkPart:
    """One part of an input file that is cut: consecutive rows, about as many bytes as the others.

    The job finds where parts begin; their number alone decides it.
    """

    output: str = key("the part's result, by its path below the results folder")
    result_bytes: int | None = key(
        "size of a result that an earlier job of this batch left; null: none", default=None
    )


@dataclass(frozen=True, kw_only=True)
class BulkFile:
    """One input file."""

    name: str = key("its path below the data folder")
    uri: str = key("its S3 URI")
    bytes: int = key("its size", minimum=0)
    etag: str = key("its entity tag, which changes with its content")
    output: str = key("the result's path below the results folder; of parts, their folder's")
    rows: int | None = key("its rows; null: not counted", default=None)
    result_bytes: int | None = key(
        "size of a result that an earlier job of this batch left; null: none", default=None
    )
    parts: tuple[BulkPart, ...] = key(
        "its parts in order, which lie in the job's input `shared`; none: it is predicted whole",
        default=(),
        omit_default=True,
    )

    def units(self) -> tuple[BulkUnit, ...]:
        """Return what has a result and a manifest each: the file, or its parts in order."""
        if not self.parts:
            return (BulkUnit(self, None, self.output, self.result_bytes),)
        return tuple(
            BulkUnit(self, number, part.output, part.result_bytes)
            for number, part in enumerate(self.parts, start=1)
        )


@dataclass(frozen=True)
class BulkUnit:
    """What one result holds: a file, or a part of one by its number from 1.

    `output` and `result_bytes` are as in `BulkFile`.
    """

    file: BulkFile
    part: int | None
    output: str
    result_bytes: int | None

    @property
    def name(self) -> str:
        """Return what logs call it, and its manifest below the shards folder, without `.json`.

        Example:
            >>> parts = (BulkPart(output="a/1.csv"), BulkPart(output="a/2.csv"))
            >>> file = BulkFile(
            ...     name="a.csv", uri="s3://b/a.csv", bytes=3, etag="x", output="a", parts=parts
            ... )
            >>> [unit.name for unit in file.units()]
            ['a.csv/part-00001-of-00002', 'a.csv/part-00002-of-00002']
        """
        if self.part is None:
            return self.file.name
        return f"{self.file.name}/{part_name(self.part, len(self.file.parts))}"

    @property
    def bytes(self) -> int:
        """Return about how many bytes of the file it reads."""
        return self.file.bytes // max(1, len(self.file.parts))


@dataclass(frozen=True, kw_only=True)
class BulkJobConfig(Document):
    """A bulk job's work, written by `plan_batch` into the input `config`."""

    NAME: ClassVar[str] = FILE_NAME
    ADVICE: ClassVar[str] = "Deploy the Workflows stack again."

    predictor: str = key("the predictor's name")
    job_name: str = key("the job's name")
    model_package_arn: str = key("the version that predicts")
    artifact_sha256: str | None = key(
        "hash that the version's artifact must have; null: none is recorded", default=None
    )
    format: Format = key("the format of the input files")
    columns: tuple[str, ...] | None = key("columns of CSV files in file order; else null")
    delimiter: Delimiter = key("between the cells of CSV", default=",")
    has_header: bool = key("whether CSV files have a header")
    id_column: str | None = key("the column that identifies rows")
    include_columns: tuple[str, ...] = key("input columns to carry over")
    output: Literal["both", "labels", "probabilities"] = key("what is asked for")
    output_format: Format = key("the format of the results")
    on_error: BatchOnError = key("what a bad row costs: the batch, or itself", default="batch")
    contributions: bool = key("whether features' contributions are written", default=False)
    artifact_model: str | None = key(
        "the artifact's model that predicts; null: its best", default=None
    )
    files: tuple[BulkFile, ...] = key("the files, in the order of their keys")

    @property
    def carried(self) -> tuple[str, ...]:
        """Return the input columns that precede the predictions: the id first."""
        names = () if self.id_column is None else (self.id_column,)
        return tuple(dict.fromkeys((*names, *self.include_columns)))

    def inconsistencies(self) -> Sequence[str]:
        """Return a sentence where columns are given for another format than CSV, or missing."""
        if (self.format == "csv") == (self.columns is None):
            return ["columns: must be given for CSV, and for no other format"]
        return ()

    def digest(self) -> str:
        """Return 16 hexadecimal digits of what results depend on beside schema and input."""
        identity: dict[str, Any] = {
            "model_package_arn": self.model_package_arn,
            "format": self.format,
            "columns": None if self.columns is None else list(self.columns),
            "has_header": self.has_header,
            "carried": list(self.carried),
            "output": self.output,
            "output_format": self.output_format,
            "on_error": self.on_error,
        }
        # As results of earlier releases have it, which a resumed batch keeps.
        if self.contributions:
            identity["contributions"] = True
        if self.artifact_model is not None:
            identity["artifact_model"] = self.artifact_model
        text = json.dumps(identity, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that got an error in place of an answer."""

    row: int = key("its number in the file, of a part in the part; from 1", minimum=1)
    error: str = key("the sentence in `row_error`")


@dataclass(frozen=True, kw_only=True)
class FilePart:
    """Which part of a file was read: in text the bytes, in Parquet the rows of a range."""

    number: int = key("the part's number, from 1", minimum=1)
    of: int = key("how many parts the file has", minimum=2)
    start: int = key("the first byte or row, from 0", minimum=0)
    end: int = key("the byte or row after the last", minimum=1)


@dataclass(frozen=True, kw_only=True)
class ShardManifest(Document):
    """A finished file, or part of one, written by the job to `shards/<file>.json`.

    A part's is `shards/<file>/part-<number>-of-<parts>.json`.
    """

    NAME: ClassVar[str] = "shard manifest"
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    input: str = key("the file's S3 URI")
    etag: str = key("the entity tag of what was read")
    output: str = key("the result's path below the results folder")
    rows_in: int = key("rows read")
    rows_out: int = key("rows written")
    row_errors: int = key("rows with an error in place of an answer", default=0)
    first_row_errors: tuple[BadRow, ...] = key("the first 10 of them", default=())
    unknown_categories: int = key(
        "cells with a category that training did not see, which count as missing", default=0
    )
    unknown_columns: tuple[str, ...] = key("the first 30 columns that hold some", default=())
    bytes: int = key("the result's size")
    seconds: float = key("wall clock")
    schema_hash: str = key("16 hex of the SHA-256 of the model's feature schema")
    batch_hash: str = key("what else the result depends on (`BulkJobConfig.digest`)")
    job_name: str = key("the job that predicted it")
    host: str = key("the job's instance")
    part: FilePart | None = key("of a file that is cut", default=None, omit_null=True)
