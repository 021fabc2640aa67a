"""Define a training run, as the planner passed it to the state machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.training_job import CONFIG_CHANNEL, FILE_NAME
from autogluon_contracts.s3_location import S3Location


@dataclass(frozen=True)
class Run:
    """A run's predictor, job and folder, and whether an approved model is to be promoted.

    `job_file` is the job's configuration, whichever attempt or trial the model is from.
    """

    predictor: str
    job_name: str
    promote: bool
    folder: S3Location
    execution: str
    job_file: S3Location

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Run":
        """Read `event["run"]`; raises KeyError when the state machine passed something else."""
        raw = event["run"]
        folder = S3Location.parse(raw["folder"])
        # Absent from a run that began before it was told.
        job_file = raw.get("job_file") or folder.child(f"{CONFIG_CHANNEL}/{FILE_NAME}").uri
        return cls(
            predictor=raw["predictor"],
            job_name=raw["job_name"],
            promote=raw["promote"],
            folder=folder,
            execution=raw["execution"],
            job_file=S3Location.parse(job_file),
        )
