"""A batch, as the planner handed it to the state machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.models.batch_head import BatchHead, read_head
from autogluon_lambdas.models.location import S3Location


@dataclass(frozen=True)
class BatchFileRef:
    """One input file: where it lies, its name below the location given, and its rows."""

    location: S3Location
    name: str
    rows: int


@dataclass(frozen=True)
class Batch(BatchHead):
    """What the summary needs to know about a batch by Batch Transform."""

    raw_folder: S3Location
    output_format: str
    inputs: tuple[BatchFileRef, ...]

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
        )
