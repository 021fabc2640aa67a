"""The instances that a job runs on, and what they cost by the price list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from autogluon_contracts.suggestions import did_you_mean as hint
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed


@dataclass(frozen=True)
class JobInstances:
    """The job's `instances`.

    `usd_per_hour` is the list price of one instance as of the month `prices_as_of`; None where the
    planner knew none.
    """

    type: str
    count: int
    usd_per_hour: float | None
    prices_as_of: str | None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> JobInstances:
        """Read the key `instances` of `job.json`.

        Raises:
            InputError: a missing or unknown key, or a number that is none.
        """
        known = [item.name for item in fields(cls)]
        for key in document:
            if key not in known:
                raise InputError(
                    f'job.json: instances has the unknown key "{key}"{hint(key, known)}.'
                )
        missing = [key for key in known if key not in document]
        if missing:
            raise InputError(f"job.json: instances lacks {listed(missing)}.")
        _require_positive("count", document["count"])
        if document["usd_per_hour"] is not None:
            _require_positive("usd_per_hour", document["usd_per_hour"])
        return cls(**document)

    def __str__(self) -> str:
        """Such as `1 x ml.m5.2xlarge`."""
        return f"{self.count} x {self.type}"

    def usd(self, seconds: float) -> float | None:
        """What so many seconds of all instances cost; None where no price is known."""
        if self.usd_per_hour is None:
            return None
        return seconds / 3600 * self.count * self.usd_per_hour


def _require_positive(key: str, value: Any) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or value <= 0:
        raise InputError(f"job.json: instances.{key} is {value!r}; it must be a number above 0.")
