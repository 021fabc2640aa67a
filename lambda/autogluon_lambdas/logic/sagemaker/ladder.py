"""Say what a job's state machine tries where an instance type has no capacity or no quota."""

from collections.abc import Sequence
from typing import Any


def ladder(later_names: str, resources: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the `ladder` of a planner's answer, whose key `request` is the first attempt.

    Args:
        later_names: names of the attempts from the second on, without their number.
        resources: the members of the request that differ, for each type in order.
    """
    return {"later_names": later_names, "resources": list(resources)}
