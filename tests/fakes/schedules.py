"""EventBridge Scheduler."""

# ruff: noqa: N803 - arguments are named as boto3's

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autogluon_contracts import names
from autogluon_contracts.documents.scheduled_run import ScheduledRun
from tests.fakes.pages import paginators
from tests.fakes.permissions import FakePermissions
from tests.fakes.refusals import Exceptions
from tests.fakes.sandbox import ENVIRONMENT


@dataclass
class FakeScheduler:
    """The schedules of one group, which does not exist without any."""

    permissions: FakePermissions
    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    exceptions: Exceptions = field(default_factory=lambda: Exceptions("ResourceNotFoundException"))

    def add(self, run: ScheduledRun, expression: str, state: str = "ENABLED") -> None:
        """Add a schedule as a deployment makes it."""
        name = names.schedule(run.predictor, run.schedule)
        self.schedules[name] = {
            "Name": name,
            "ScheduleExpression": expression,
            "State": state,
            "Target": {"Input": run.to_text()},
        }

    def list_schedules(self, GroupName: str) -> dict[str, Any]:
        self.permissions.require("scheduler:ListSchedules")
        assert GroupName == names.schedule_group(ENVIRONMENT)
        if not self.schedules:
            raise self.exceptions.refused("ResourceNotFoundException", "ListSchedules")
        return {"Schedules": [{"Name": name} for name in self.schedules]}

    @property
    def get_paginator(self) -> Any:
        return paginators(list_schedules=self.list_schedules)

    def get_schedule(self, GroupName: str, Name: str) -> dict[str, Any]:
        self.permissions.require("scheduler:GetSchedule")
        assert GroupName == names.schedule_group(ENVIRONMENT)
        return self.schedules[Name]
