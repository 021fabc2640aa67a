"""`bulk.json`: what a bulk job predicts, how its files are read, and what it writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_contracts.suggestions import did_you_mean as hint
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

FILE_NAME = "bulk.json"
_VERSION = 1
_CHOICES = {
    "format": ("csv", "jsonl", "parquet"),
    "output": ("both", "labels", "probabilities"),
    "output_format": ("csv", "jsonl", "parquet"),
}
_KEYS = (
    "version", "predictor", "job_name", "model_package_arn", "columns", "has_header", "id_column",
    "include_columns", "files", *_CHOICES,
)  # fmt: skip


@dataclass(frozen=True)
class BulkFile:
    """One input file.

    `name` is its path below the data folder, `output` its result's below the results folder.
    `rows` is None where nobody counted yet. `result_bytes` is the size of a result that an earlier
    job of this batch left, None where there is none.
    """

    name: str
    uri: str
    bytes: int
    etag: str
    output: str
    rows: int | None = None
    result_bytes: int | None = None


@dataclass(frozen=True)
class BulkConfig:
    """A bulk job's work; `columns` and `has_header` are those of CSV files, else None and False."""

    predictor: str
    job_name: str
    model_package_arn: str
    format: str
    columns: tuple[str, ...] | None
    has_header: bool
    id_column: str | None
    include_columns: tuple[str, ...]
    output: str
    output_format: str
    files: tuple[BulkFile, ...]

    @property
    def carried(self) -> tuple[str, ...]:
        """Input columns that stand before the predictions: the id first."""
        names = () if self.id_column is None else (self.id_column,)
        return tuple(dict.fromkeys((*names, *self.include_columns)))

    def identity(self) -> dict[str, Any]:
        """Everything beside a file's content that its result depends on."""
        return {
            "model_package_arn": self.model_package_arn,
            "format": self.format,
            "columns": None if self.columns is None else list(self.columns),
            "has_header": self.has_header,
            "carried": list(self.carried),
            "output": self.output,
            "output_format": self.output_format,
        }


def load_config(folder: Path) -> BulkConfig:
    """Read `bulk.json` from the job's `config` input.

    Raises:
        InputError: it is missing, or not what the planner of this release writes.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise InputError(f'The processing job has no {FILE_NAME} in its input "config".')
    document = json.loads(path.read_text(encoding="utf-8"))
    _check(document)
    return BulkConfig(
        **{key: document[key] for key in ("predictor", "job_name", "model_package_arn")},
        **{key: document[key] for key in _CHOICES},
        columns=None if document["columns"] is None else tuple(document["columns"]),
        has_header=document["has_header"],
        id_column=document["id_column"],
        include_columns=tuple(document["include_columns"]),
        files=tuple(BulkFile(**entry) for entry in document["files"]),
    )


def _check(document: dict[str, Any]) -> None:
    if document.get("version") != _VERSION:
        raise InputError(
            f"{FILE_NAME} has version {document.get('version')!r}; this code reads {_VERSION}."
        )
    for key in document:
        if key not in _KEYS:
            raise InputError(f'{FILE_NAME} has the unknown key "{key}"{hint(key, _KEYS)}.')
    missing = [key for key in _KEYS if key not in document]
    if missing:
        raise InputError(f"{FILE_NAME} lacks the keys {listed(missing)}.")
    for key, choices in _CHOICES.items():
        if document[key] not in choices:
            raise InputError(
                f"{FILE_NAME}: {key} is {document[key]!r}; allowed are {listed(choices)}."
            )
    if (document["format"] == "csv") == (document["columns"] is None):
        raise InputError(f"{FILE_NAME}: columns must be given for CSV, and for nothing else.")
