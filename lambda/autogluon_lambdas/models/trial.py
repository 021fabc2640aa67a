"""Define one trial of a tuning job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Trial:
    """A training job of a tuning job; `objective` is None where it reported none."""

    name: str
    status: str
    created: datetime
    started: datetime | None
    ended: datetime | None
    objective: float | None
    values: Mapping[str, str]  # as SageMaker has them: JSON
    failure: str | None
