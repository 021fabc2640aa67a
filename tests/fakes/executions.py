"""Step Functions: executions that stay running until a test ends them."""

# ruff: noqa: N803 - arguments are named as boto3's

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.fakes.pages import paginators
from tests.fakes.permissions import FakePermissions
from tests.fakes.refusals import Exceptions
from tests.fakes.sandbox import MACHINES, STARTED

Ending = dict[str, Any] | tuple[str, str]


@dataclass
class FakeStates:
    """Executions by ARN, how those of a workflow end that are running, and everyone's history."""

    permissions: FakePermissions
    executions: dict[str, dict[str, Any]] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    endings: dict[str, Ending] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    exceptions: Exceptions = field(
        default_factory=lambda: Exceptions(
            "ExecutionAlreadyExists", "ExecutionDoesNotExist", "InvalidArn"
        )
    )

    def add_run(
        self,
        workflow: str,
        name: str,
        *,
        status: str = "SUCCEEDED",
        minutes: int = 0,
        **more: Any,
    ) -> str:
        """Add an execution that started `minutes` after the first; returns its ARN."""
        arn = f"{_prefix(MACHINES[workflow])}{name}"
        started = STARTED + timedelta(minutes=minutes)
        self.executions[arn] = {
            "executionArn": arn,
            "name": name,
            "status": status,
            "startDate": started,
            "input": json.dumps({"predictor": "income"}),
            **({} if status == "RUNNING" else {"stopDate": started + timedelta(seconds=90)}),
            **more,
        }
        return arn

    def finish(self, workflow: str, ending: Ending) -> None:
        """Let the workflow's executions end: with an output, or with (error, cause)."""
        self.endings[_prefix(MACHINES[workflow])] = ending

    def inputs_of(self, workflow: str) -> list[dict[str, Any]]:
        """Return the inputs of a workflow's executions in the order of their start."""
        prefix = _prefix(MACHINES[workflow])
        return [
            json.loads(entry["input"])
            for arn, entry in self.executions.items()
            if arn.startswith(prefix)
        ]

    def only_input(self, workflow: str) -> dict[str, Any]:
        """Return the input of a workflow's one execution."""
        (found,) = self.inputs_of(workflow)
        return found

    def start_execution(self, *, stateMachineArn: str, name: str, **given: str) -> dict[str, str]:
        if f"{_prefix(stateMachineArn)}{name}" in self.executions:
            raise self.exceptions.refused("ExecutionAlreadyExists", "StartExecution")
        (workflow,) = (key for key, arn in MACHINES.items() if arn == stateMachineArn)
        arn = self.add_run(workflow, name, status="RUNNING", input=given["input"])
        return {"executionArn": arn}

    def stop_execution(self, *, executionArn: str, **_: Any) -> None:
        self.stopped.append(executionArn)

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:
        if executionArn not in self.executions:
            raise self.exceptions.refused("ExecutionDoesNotExist", "DescribeExecution")
        found = self.executions[executionArn]
        ending = self.endings.get(f"{executionArn.rpartition(':')[0]}:")
        if found["status"] != "RUNNING" or ending is None:
            return found
        if isinstance(ending, tuple):
            return {**found, "status": "FAILED", "error": ending[0], "cause": ending[1]}
        return {**found, "status": "SUCCEEDED", "output": json.dumps(ending)}

    def list_executions(
        self, *, stateMachineArn: str, statusFilter: str | None = None, **_: Any
    ) -> dict[str, Any]:
        self.permissions.require("states:ListExecutions")
        prefix = _prefix(stateMachineArn)
        found = [
            self.describe_execution(executionArn=arn)
            for arn in self.executions
            if arn.startswith(prefix)
        ]
        found.sort(key=lambda entry: entry["startDate"], reverse=True)
        wanted = [entry for entry in found if statusFilter in (None, entry["status"])]
        return {"executions": wanted}

    @property
    def get_paginator(self) -> Any:
        return paginators(
            list_executions=self.list_executions,
            get_execution_history=lambda **_: {"events": self.history},
        )


def _prefix(machine_arn: str) -> str:
    return f"{machine_arn.replace(':stateMachine:', ':execution:')}:"
