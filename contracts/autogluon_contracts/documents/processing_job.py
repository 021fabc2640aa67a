"""Define the documents of processing jobs: what a job runs, as its planner decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from autogluon_contracts.document import Document, key
from autogluon_contracts.documents.data_reading import DataReading

FILE_NAME = "processing_job.json"
PROGRAM = "process.py"
"""The container code's entry point of a processing job."""
SCRIPTS = "scripts"
"""The input with the archive of all scripts."""


@dataclass(frozen=True, kw_only=True)
class ProfileConfig:
    """What the step `profile` knows of the data: the settings of the predictor."""

    label: str | None = key("the column to predict; null: none is named", default=None)
    problem_type: str | None = key("AutoGluon's problem type, where it is named", default=None)
    reading: DataReading = key("what the cells of data files mean", factory=DataReading)


@dataclass(frozen=True, kw_only=True)
class ProcessingJobConfig(Document):
    """A processing job's work, written by `plan_processing` into the input `config`."""

    NAME: ClassVar[str] = FILE_NAME
    ADVICE: ClassVar[str] = "Deploy the Workflows stack again."

    predictor: str = key("the predictor's name")
    step: str = key("the step's name")
    job_name: str = key("the job's name")
    script: str | None = key(
        "the script's path in the archive of scripts; null: the data are profiled"
    )
    arguments: tuple[str, ...] = key("arguments of the script", default=())
    environment: Mapping[str, str] = key("environment variables of the script", factory=dict)
    inputs: Mapping[str, str] = key("name of an input -> the `s3://` address that it was read from")
    outputs: tuple[str, ...] = key("names of the outputs")
    profile: ProfileConfig | None = key("present where the data are profiled", default=None)

    def inconsistencies(self) -> Sequence[str]:
        """Return a sentence where the job has two things to run, or none."""
        if (self.script is None) == (self.profile is None):
            return ["script: must be given unless the data are profiled, and only then"]
        return ()
