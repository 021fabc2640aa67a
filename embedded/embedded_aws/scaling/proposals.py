"""Compute the capacity that a policy proposes; pure functions of capacity and metric."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from embedded_aws.scaling.policy_checks import interval


def tracked_capacity(capacity: int, value: float, target: float) -> int:
    """Return the least capacity at which a proportional metric is at or below its target."""
    # A quotient that is whole but for its last bits must not cost an instance.
    return math.ceil(round(capacity * value / target, 9))


def stepped_capacity(
    capacity: int, settings: Mapping[str, Any], value: float, threshold: float, *, above: bool
) -> int | None:
    """Return what a step scaling policy makes of a capacity, None where no step applies.

    Args:
        above: whether the alarm watches for values above its threshold: then a step's lower bound
            is inclusive and its upper bound exclusive, else the other way round.
    """
    distance = value - threshold
    for step in settings["StepAdjustments"]:
        lower, upper = interval(step)
        applies = lower <= distance < upper if above else lower < distance <= upper
        if applies:
            return _adjusted(capacity, settings, step["ScalingAdjustment"])
    return None


def _adjusted(capacity: int, settings: Mapping[str, Any], adjustment: int) -> int:
    kind = settings["AdjustmentType"]
    if kind == "ExactCapacity":
        return adjustment
    if kind == "ChangeInCapacity":
        return capacity + adjustment
    # User guide, "Scaling adjustment types": towards zero, but 1 at least.
    exact = capacity * adjustment / 100
    change = math.trunc(exact) or (0 if exact == 0 else math.copysign(1, exact))
    magnitude = max(abs(change), settings.get("MinAdjustmentMagnitude", 0))
    return capacity + int(math.copysign(magnitude, adjustment))
