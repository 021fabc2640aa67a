"""The services that carry out an alarm's actions, by the beginning of the action's ARN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AlarmTransition:
    """An alarm's change of state, as its actions see it."""

    name: str
    arn: str
    region: str
    old_state: str  # OK, ALARM or INSUFFICIENT_DATA
    new_state: str
    reason: str
    reason_data: str | None  # JSON; None where SetAlarmState gave none
    at: datetime
    settings: Mapping[str, Any]  # the request of PutMetricAlarm or PutCompositeAlarm
    breach_value: float | None = None  # the newest value of the metric, which step scaling compares


# (ARN of the action, what happened); raises an exception whose text says why the action failed.
AlarmAction = Callable[[str, AlarmTransition], None]


class AlarmActions:
    """Finds who carries out an action; services register themselves."""

    def __init__(self) -> None:
        self._by_prefix: dict[str, AlarmAction] = {}

    def register(self, arn_prefix: str, action: AlarmAction) -> None:
        """Carry out actions whose ARN begins so (`arn:aws:autoscaling:`) with `action`.

        An action that does not change the alarm's state anew (a scaling policy) is repeated by the
        caller each period while the alarm stays in its state.
        """
        self._by_prefix[arn_prefix] = action

    def find(self, action_arn: str) -> AlarmAction | None:
        """Return what carries out an action, or None."""
        for prefix, action in self._by_prefix.items():
            if action_arn.startswith(prefix):
                return action
        return None
