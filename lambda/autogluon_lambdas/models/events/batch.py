"""Read what a batch's planner handed to the state machine: the batch, and its plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.answers import BatchOnError
from autogluon_contracts.content_types import Format
from autogluon_contracts.s3_location import S3Location


@dataclass(frozen=True)
class BatchHead:
    """A batch's name, engine, model, folder and answer columns.

    `output_path` is the folder into which results are copied besides; None for none.
    """

    predictor: str
    job_name: str
    engine: str
    engine_reason: str
    model_package_arn: str
    folder: S3Location
    columns: tuple[str, ...]
    on_error: BatchOnError
    output_path: S3Location | None

    @property
    def manifest(self) -> S3Location:
        """Where the summary writes what came of every file."""
        return self.folder.child("manifest.json")


def read_head(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a `BatchHead` in what a planner returned; raises KeyError."""
    # Absent in an execution that an earlier release planned, and of a batch without one.
    output_path = raw.get("output_path")
    return {
        "predictor": raw["predictor"],
        "job_name": raw["job_name"],
        # Absent in an execution that an earlier release planned.
        "engine": raw.get("engine", "transform"),
        "engine_reason": raw.get("engine_reason", "there was no other engine"),
        "model_package_arn": raw["model_package_arn"],
        "folder": S3Location.parse(raw["folder"]),
        "columns": tuple(raw["columns"]),
        "on_error": raw.get("on_error", "batch"),
        "output_path": None if output_path is None else S3Location.parse(output_path),
    }


@dataclass(frozen=True)
class BatchFileRef:
    """One input file: its location, its name below the location given, and its rows.

    The rows are None where a pipeline's own container reads them.
    """

    location: S3Location
    name: str
    rows: int | None


@dataclass(frozen=True)
class Batch(BatchHead):
    """What the summary needs to know about a batch by Batch Transform.

    `answers_by_row` says that each file has as many answers as rows.
    """

    raw_folder: S3Location
    output_format: Format
    inputs: tuple[BatchFileRef, ...]
    answers_by_row: bool

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Batch":
        """Read `event["batch"]`; raises KeyError when the state machine passed something else."""
        raw = event["batch"]
        return cls(
            **read_head(raw),
            raw_folder=S3Location.parse(raw["raw_folder"]),
            output_format=raw["output_format"],
            inputs=tuple(
                BatchFileRef(S3Location.parse(entry["uri"]), entry["name"], entry["rows"])
                for entry in raw["inputs"]
            ),
            # Absent in an execution that an earlier release planned.
            answers_by_row=raw.get("answers_by_row", True),
        )


@dataclass(frozen=True)
class BulkBatch(BatchHead):
    """What the summary needs to know about a bulk batch."""

    plan: S3Location

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "BulkBatch":
        """Read `event["batch"]`; raises KeyError when the state machine passed something else."""
        raw = event["batch"]
        return cls(**read_head(raw), plan=S3Location.parse(raw["plan_uri"]))
