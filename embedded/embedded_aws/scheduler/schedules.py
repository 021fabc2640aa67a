"""Schedules and their groups, by region."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from embedded_aws.clock import Timer
from embedded_aws.deliveries.schedule import Schedule as Times
from embedded_aws.gateway import ApiError

DEFAULT_GROUP = "default"


@dataclass
class Schedule:
    """A schedule; `begin` and `end` bound its invocations (seconds since 1970)."""

    name: str
    group: str
    arn: str
    region: str
    request: dict[str, Any]
    times: Times
    begin: float
    end: float | None
    created: datetime
    modified: datetime
    timer: Timer | None = None

    @property
    def enabled(self) -> bool:
        """Return whether the schedule invokes its target."""
        return self.request.get("State") != "DISABLED"

    @property
    def target(self) -> dict[str, Any]:
        """Return the request's target."""
        target: dict[str, Any] = self.request["Target"]
        return target

    def described(self) -> dict[str, Any]:
        """Return GetSchedule's answer."""
        described = {
            **{name: value for name, value in self.request.items() if name != "ClientToken"},
            "Arn": self.arn,
            "GroupName": self.group,
            "State": self.request.get("State") or "ENABLED",
            "ScheduleExpressionTimezone": self.request.get("ScheduleExpressionTimezone") or "UTC",
            "ActionAfterCompletion": self.request.get("ActionAfterCompletion") or "NONE",
            "CreationDate": self.created,
            "LastModificationDate": self.modified,
        }
        return {name: value for name, value in described.items() if value is not None}

    def summarized(self) -> dict[str, Any]:
        """Return the entry in ListSchedules."""
        described = self.described()
        members = ("Arn", "Name", "GroupName", "State", "CreationDate", "LastModificationDate")
        return {name: described[name] for name in members} | {"Target": {"Arn": self.target["Arn"]}}


@dataclass
class Group:
    """A schedule group; only groups have tags."""

    name: str
    arn: str
    created: datetime
    schedules: dict[str, Schedule] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Return GetScheduleGroup's answer."""
        return {
            "Arn": self.arn,
            "Name": self.name,
            "State": "ACTIVE",
            "CreationDate": self.created,
            "LastModificationDate": self.created,
        }


class Groups:
    """Every region's groups; hold `lock` to change them."""

    def __init__(self, account_id: str, created: datetime) -> None:
        self._account_id = account_id
        self._created = created
        self._regions: dict[str, dict[str, Group]] = {}
        self.lock = threading.RLock()

    def region(self, region: str) -> dict[str, Group]:
        """Return a region's groups by name; each region has a default group."""
        with self.lock:
            if region not in self._regions:
                arn = self.group_arn(region, DEFAULT_GROUP)
                self._regions[region] = {DEFAULT_GROUP: Group(DEFAULT_GROUP, arn, self._created)}
            return self._regions[region]

    def all_schedules(self) -> list[Schedule]:
        """Return the schedules of all groups of all regions."""
        return [
            schedule
            for groups in self._regions.values()
            for group in groups.values()
            for schedule in group.schedules.values()
        ]

    def group_arn(self, region: str, name: str) -> str:
        """Return the ARN of a group."""
        return f"arn:aws:scheduler:{region}:{self._account_id}:schedule-group/{name}"

    def schedule_arn(self, region: str, group: str, name: str) -> str:
        """Return the ARN of a schedule."""
        return f"arn:aws:scheduler:{region}:{self._account_id}:schedule/{group}/{name}"

    def group(self, region: str, name: str | None) -> Group:
        """Return a group. Raises ApiError."""
        group = self.region(region).get(name or DEFAULT_GROUP)
        if group is None:
            raise not_found(f"Schedule group {name} does not exist.")
        return group

    def schedule(self, region: str, group: str | None, name: str) -> Schedule:
        """Return a schedule. Raises ApiError."""
        schedule = self.group(region, group).schedules.get(name)
        if schedule is None:
            raise not_found(f"Schedule {name} does not exist.")
        return schedule

    def is_current(self, schedule: Schedule) -> bool:
        """Return whether a schedule was neither deleted nor updated."""
        group = self.region(schedule.region).get(schedule.group)
        return group is not None and group.schedules.get(schedule.name) is schedule


def not_found(message: str) -> ApiError:
    """Return the error of what does not exist."""
    return ApiError("ResourceNotFoundException", message, status=404)


def invalid(message: str) -> ApiError:
    """Return a ValidationException."""
    return ApiError("ValidationException", message, status=400)


def conflict(message: str) -> ApiError:
    """Return a ConflictException."""
    return ApiError("ConflictException", message, status=409)
