"""A batch, as the planner handed it to the state machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.models.location import S3Location


@dataclass(frozen=True)
class BatchFileRef:
    """One input file: where it lies, its name below the location given, and its rows."""

    location: S3Location
    name: str
    rows: int


@dataclass(frozen=True)
class Batch:
    """What the summary needs to know about a batch."""

    predictor: str
    job_name: str
    engine: str
    engine_reason: str
    model_package_arn: str
    folder: S3Location
    raw_folder: S3Location
    columns: tuple[str, ...]
    output_format: str
    inputs: tuple[BatchFileRef, ...]

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Batch":
        """Read `event["batch"]`; raises KeyError when the state machine passed something else."""
        raw = event["batch"]
        return cls(
            predictor=raw["predictor"],
            job_name=raw["job_name"],
            # Absent in an execution that an earlier release planned.
            engine=raw.get("engine", "transform"),
            engine_reason=raw.get("engine_reason", "there was no other engine"),
            model_package_arn=raw["model_package_arn"],
            folder=S3Location.parse(raw["folder"]),
            raw_folder=S3Location.parse(raw["raw_folder"]),
            columns=tuple(raw["columns"]),
            output_format=raw["output_format"],
            inputs=tuple(
                BatchFileRef(S3Location.parse(entry["uri"]), entry["name"], entry["rows"])
                for entry in raw["inputs"]
            ),
        )
