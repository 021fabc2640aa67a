"""What every batch is known by, whichever engine predicts it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.models.location import S3Location


@dataclass(frozen=True)
class BatchHead:
    """A batch's name, engine, model, folder and answer columns."""

    predictor: str
    job_name: str
    engine: str
    engine_reason: str
    model_package_arn: str
    folder: S3Location
    columns: tuple[str, ...]

    @property
    def manifest(self) -> S3Location:
        """Where the summary writes what came of every file."""
        return self.folder.child("manifest.json")


def read_head(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `BatchHead` in what a planner returned; raises KeyError."""
    return {
        "predictor": raw["predictor"],
        "job_name": raw["job_name"],
        # Absent in an execution that an earlier release planned.
        "engine": raw.get("engine", "transform"),
        "engine_reason": raw.get("engine_reason", "there was no other engine"),
        "model_package_arn": raw["model_package_arn"],
        "folder": S3Location.parse(raw["folder"]),
        "columns": tuple(raw["columns"]),
    }
