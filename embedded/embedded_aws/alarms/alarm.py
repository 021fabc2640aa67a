"""Alarms and their states."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from embedded_aws.alarms.composite_rule import Rule, parse_rule
from embedded_aws.gateway import ApiError

STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
ACTION_MEMBERS = {
    "OK": "OKActions",
    "ALARM": "AlarmActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}
HISTORY_LIMIT = 1000  # items that are kept of each alarm; AWS keeps 30 days


@dataclass
class Alarm:
    """A metric alarm, or a composite one, which has a rule."""

    name: str
    arn: str
    region: str
    request: dict[str, Any]  # of PutMetricAlarm or PutCompositeAlarm, without tags
    configured: datetime
    rule: Rule | None = None
    state: str = "INSUFFICIENT_DATA"
    reason: str = "Unchecked: Initial alarm creation"
    reason_data: str | None = None
    updated: datetime | None = None
    tags: dict[str, str] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    breach_value: float | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what is saved: not the rule's functions."""
        return self.__dict__ | {"rule": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Parse the rule again."""
        self.__dict__.update(state)
        if "AlarmRule" in self.request:
            self.rule = parse_rule(self.request["AlarmRule"])

    @property
    def kind(self) -> str:
        """Return `CompositeAlarm` or `MetricAlarm`."""
        return "MetricAlarm" if self.rule is None else "CompositeAlarm"

    @property
    def actions_enabled(self) -> bool:
        """Return whether actions are run."""
        return self.request.get("ActionsEnabled") is not False

    def actions(self, state: str) -> list[str]:
        """Return the ARNs of a state's actions."""
        return list(self.request.get(ACTION_MEMBERS[state]) or ())

    def described(self) -> dict[str, Any]:
        """Return the members of DescribeAlarms."""
        described = {
            **self.request,
            "AlarmArn": self.arn,
            "ActionsEnabled": self.actions_enabled,
            **{member: self.actions(state) for state, member in ACTION_MEMBERS.items()},
            "AlarmConfigurationUpdatedTimestamp": self.configured,
            "StateValue": self.state,
            "StateReason": self.reason,
            "StateReasonData": self.reason_data,
            "StateUpdatedTimestamp": self.updated or self.configured,
            "StateTransitionedTimestamp": self.updated or self.configured,
        }
        if self.rule is None:
            described.setdefault("Dimensions", [])
        return {name: value for name, value in described.items() if value is not None}

    def remember(self, kind: str, moment: datetime, summary: str, data: str) -> None:
        """Add an item to the history."""
        self.history.append(
            {
                "AlarmName": self.name,
                "AlarmType": self.kind,
                "Timestamp": moment,
                "HistoryItemType": kind,
                "HistorySummary": summary,
                "HistoryData": data,
            }
        )
        del self.history[:-HISTORY_LIMIT]


class Alarms:
    """Every region's alarms by name; hold `lock` to change them."""

    def __init__(self) -> None:
        self._regions: dict[str, dict[str, Alarm]] = {}
        self.lock = threading.RLock()

    def region(self, region: str) -> dict[str, Alarm]:
        """Return a region's alarms."""
        with self.lock:
            return self._regions.setdefault(region, {})

    def all(self) -> Iterator[Alarm]:
        """Return every alarm there is now."""
        with self.lock:
            found = [alarm for alarms in self._regions.values() for alarm in alarms.values()]
        return iter(found)

    def is_current(self, alarm: Alarm) -> bool:
        """Return whether the alarm was neither deleted nor put anew."""
        return self.region(alarm.region).get(alarm.name) is alarm


def validation_error(message: str) -> ApiError:
    """Return CloudWatch's ValidationError."""
    return ApiError("ValidationError", message, status=400)


def unsupported(operation: str, what: str) -> ApiError:
    """Return the error of a setting that is not supported here."""
    return ApiError(
        "NotImplemented",
        f"The embedded AWS does not support cloudwatch:{operation} with {what}.",
        status=501,
    )
