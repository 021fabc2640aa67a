"""A bulk batch, as the planner handed it to the state machine, and its plan."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.models.batch_head import BatchHead, read_head
from autogluon_lambdas.models.location import S3Location


@dataclass(frozen=True)
class BulkBatch(BatchHead):
    """What the summary needs to know about a bulk batch."""

    plan: S3Location

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "BulkBatch":
        """Read `event["batch"]`; raises KeyError when the state machine passed something else."""
        raw = event["batch"]
        return cls(**read_head(raw), plan=S3Location.parse(raw["plan_uri"]))


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
