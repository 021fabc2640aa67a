"""Define a training run, as the planner passed it to the state machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.s3_location import S3Location


@dataclass(frozen=True)
class Run:
    """A run's predictor, job and folder, and whether an approved model is to be promoted."""

    predictor: str
    job_name: str
    promote: bool
    folder: S3Location
    execution: str

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Run":
        """Read `event["run"]`; raises KeyError when the state machine passed something else."""
        raw = event["run"]
        return cls(
            predictor=raw["predictor"],
            job_name=raw["job_name"],
            promote=raw["promote"],
            folder=S3Location.parse(raw["folder"]),
            execution=raw["execution"],
        )
