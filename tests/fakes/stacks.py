"""CloudFormation's stacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.pages import paginators
from tests.fakes.permissions import FakePermissions


@dataclass
class FakeStacks:
    """Stacks as DescribeStacks answers."""

    permissions: FakePermissions
    stacks: list[dict[str, Any]] = field(default_factory=list)

    def add(self, name: str, parameters: dict[str, str] | None = None) -> None:
        """Add a stack that is complete."""
        shown = [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in (parameters or {}).items()
        ]
        self.stacks.append(
            {"StackName": name, "StackStatus": "UPDATE_COMPLETE", "Parameters": shown}
        )

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        self.permissions.require("cloudformation:DescribeStacks")
        return {"Stacks": self.stacks}

    @property
    def get_paginator(self) -> Any:
        return paginators(describe_stacks=self.describe_stacks)
