"""Define `drift_job.json`, what a drift job compares, as its planner decides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from autogluon_contracts.document import Document, key

FILE_NAME = "drift_job.json"
PROGRAM = "drift.py"
"""The container code's entry point of a drift job."""


@dataclass(frozen=True, kw_only=True)
class DriftJobConfig(Document):
    """A drift job's work, written by `plan_drift` into the input `config`."""

    NAME: ClassVar[str] = FILE_NAME
    ADVICE: ClassVar[str] = "Deploy the Workflows stack again."

    predictor: str = key("the predictor's name")
    job_name: str = key("the job's name")
    model_package_arn: str = key("the version that is live")
    start: str = key("start of the period in UTC, inclusive, such as `2026-11-29T03:00:00Z`")
    end: str = key("end of the period, exclusive")
    columns: tuple[str, ...] = key("the features to compare; empty: all", default=())
    false_alarm_rate: float = key(
        "the chance that a report on unchanged data names anything", above=0, maximum=0.5
    )
    min_change: float = key("the least change that is reported", minimum=0, maximum=1)
    min_rows: int = key("with fewer rows, nothing is compared", minimum=1)
    has_labels: bool = key("whether the job has an input `labels`", default=False)
