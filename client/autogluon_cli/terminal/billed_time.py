"""Say how much of a training job's time is paid for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autogluon_cli.terminal.output import short_duration

KEYS = ("spot", "training_seconds", "billable_seconds")
"""Keys of a run's output that `billed_time` tells."""


def billed_time(output: Mapping[str, Any]) -> str | None:
    """Return the seconds that are billed, and on spot instances what that saves.

    None for a run of an earlier release. Savings are as AWS's API reference counts them:
    `1 - BillableTimeInSeconds / TrainingTimeInSeconds`.

    Example:
        >>> billed_time({"spot": True, "training_seconds": 500, "billable_seconds": 100})
        '100 s of 8 min, 80 % saved by spot instances'
    """
    trained, billed = output.get("training_seconds"), output.get("billable_seconds")
    if not trained or billed is None:
        return None
    if not output.get("spot"):
        return short_duration(billed)
    saved = 100 * (1 - billed / trained)
    return (
        f"{short_duration(billed)} of {short_duration(trained)}, "
        f"{saved:.0f} % saved by spot instances"
    )
