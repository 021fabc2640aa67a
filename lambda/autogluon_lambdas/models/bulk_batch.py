"""A bulk batch, as the planner handed it to the state machine, and its plan."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.models.location import S3Location


@dataclass(frozen=True)
class BulkBatch:
    """What the summary needs to know about a bulk batch."""

    predictor: str
    job_name: str
    engine: str
    engine_reason: str
    model_package_arn: str
    folder: S3Location
    plan: S3Location
    columns: tuple[str, ...]

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "BulkBatch":
        """Read `event["batch"]`; raises KeyError when the state machine passed something else."""
        raw = event["batch"]
        return cls(
            predictor=raw["predictor"],
            job_name=raw["job_name"],
            engine=raw["engine"],
            engine_reason=raw["engine_reason"],
            model_package_arn=raw["model_package_arn"],
            folder=S3Location.parse(raw["folder"]),
            plan=S3Location.parse(raw["plan_uri"]),
            columns=tuple(raw["columns"]),
        )


@dataclass(frozen=True)
class PlannedFile:
    """One input file of the plan; `rows` is None where the planner did not count."""

    name: str
    uri: str
    etag: str
    output: str
    rows: int | None

    @classmethod
    def of_plan(cls, text: bytes) -> tuple["PlannedFile", ...]:
        """The files of a `bulk.json`."""
        return tuple(
            cls(entry["name"], entry["uri"], entry["etag"], entry["output"], entry["rows"])
            for entry in json.loads(text)["files"]
        )
