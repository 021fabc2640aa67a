"""Define what a tuning run leaves: its summary in the execution's output, and a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from autogluon_contracts.document import Document, key

TRIALS_FILE = "trials.csv"
"""One row per trial, in the run's report folder."""


@dataclass(frozen=True, kw_only=True)
class TuningSummary(Document):
    """`tuning` of a Tune execution's output."""

    NAME: ClassVar[str] = "tuning"
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    best_trial: str = key("the training job whose model was registered")
    objective: float = key("what it reached")
    values: Mapping[str, str] = key("the arguments that it was trained with, as JSON, by path")
    trials: int = key("training jobs in all", minimum=1)
    completed: int = key("those with a model and an objective", minimum=1)
    trials_uri: str = key("where `trials.csv` is")
    # Absent in the output of a run by an earlier release.
    billable_seconds: Mapping[str, float] = key(
        "instance type -> seconds of its instances that AWS bills for all trials", factory=dict
    )


def trial_columns() -> tuple[str, ...]:
    """Return the columns of `trials.csv` before those of the tuned arguments."""
    return ("trial", "status", "objective", "started", "ended", "seconds", "failure")
