"""Change sets and the store that holds them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from embedded_aws.cloudformation.engine.deploy_request import DeployRequest
from embedded_aws.cloudformation.engine.planning import ResourceChange
from embedded_aws.cloudformation.engine.stack import Stack, now
from embedded_aws.gateway import ApiError

# CDK recognises an empty change set by this text.
NO_CHANGES = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)


@dataclass
class ChangeSet:
    """One change set of a stack."""

    change_set_id: str
    name: str
    stack: Stack
    kind: str  # CREATE, UPDATE or IMPORT
    request: DeployRequest
    changes: list[ResourceChange]
    has_changes: bool
    description: str | None = None
    include_nested_stacks: bool = False
    token: str | None = None
    created: dt.datetime = field(default_factory=now)
    execution_status: str = "AVAILABLE"

    def __post_init__(self) -> None:
        if not self.has_changes:
            self.execution_status = "UNAVAILABLE"

    def summarize(self) -> dict[str, Any]:
        """Return the change set's entry in ListChangeSets."""
        summary: dict[str, Any] = {
            "StackId": self.stack.stack_id,
            "StackName": self.stack.name,
            "ChangeSetId": self.change_set_id,
            "ChangeSetName": self.name,
            "ExecutionStatus": self.execution_status,
            "Status": "CREATE_COMPLETE" if self.has_changes else "FAILED",
            "StatusReason": None if self.has_changes else NO_CHANGES,
            "CreationTime": self.created,
            "Description": self.description,
            "IncludeNestedStacks": self.include_nested_stacks,
            "ImportExistingResources": self.request.import_existing,
        }
        return {key: value for key, value in summary.items() if value is not None}

    def describe(self, *, with_values: bool) -> dict[str, Any]:
        """Return the answer of DescribeChangeSet."""
        parameters = self.request.target.parameters.values()
        secrets = frozenset(
            item.given for item in parameters if item.no_echo and len(item.given) > 1
        )
        return self.summarize() | {
            "Parameters": [item.describe() for item in parameters],
            "Capabilities": self.request.capabilities,
            "Tags": [{"Key": key, "Value": value} for key, value in self.request.tags.items()],
            "NotificationARNs": [],
            "RollbackConfiguration": {},
            "OnStackFailure": self.request.on_failure,
            "Changes": [
                change.describe(with_values=with_values, secrets=secrets) for change in self.changes
            ],
        }


class ChangeSetStore:
    """Change sets by id, or by name within a stack."""

    def __init__(self) -> None:
        self._change_sets: dict[str, ChangeSet] = {}

    def add(self, change_set: ChangeSet) -> None:
        """Store a change set."""
        self._change_sets[change_set.change_set_id] = change_set

    def find(self, name_or_id: str, stack: Stack | None) -> ChangeSet | None:
        """Return a change set, or None."""
        for change_set in list(self._change_sets.values()):
            if change_set.change_set_id == name_or_id:
                return change_set
            if change_set.stack is stack and change_set.name == name_or_id:
                return change_set
        return None

    def get(self, name_or_id: str, stack: Stack | None) -> ChangeSet:
        """Return a change set. Raises ApiError (ChangeSetNotFound) when there is none."""
        change_set = self.find(name_or_id, stack)
        if change_set is None:
            raise ApiError("ChangeSetNotFound", f"ChangeSet [{name_or_id}] does not exist")
        return change_set

    def of(self, stack: Stack) -> list[ChangeSet]:
        """Return a stack's change sets, oldest first."""
        return [item for item in list(self._change_sets.values()) if item.stack is stack]

    def remove(self, change_set: ChangeSet) -> None:
        """Remove a change set from the store."""
        self._change_sets.pop(change_set.change_set_id, None)
