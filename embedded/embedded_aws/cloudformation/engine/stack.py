"""The state of a stack: resources, events, outputs, status."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from embedded_aws.cloudformation.template.desired_state import DesiredState
from embedded_aws.cloudformation.template.template import ResourceDefinition


def now() -> dt.datetime:
    """Return the current time in UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass
class StackResource:
    """A resource that exists, or once existed.

    `properties` are those last applied (resolved); an update is the difference to them.
    """

    logical_id: str
    type: str
    physical_id: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    metadata: Any = None
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    imported: bool = False  # it was there before the stack, so a rollback leaves it
    # Set while an update without rollback left it half changed: what it was before.
    before_failure: StackResource | None = None
    status: str = "CREATE_IN_PROGRESS"
    status_reason: str | None = None
    updated: dt.datetime = field(default_factory=now)

    def follow(self, definition: ResourceDefinition, needs: set[str]) -> None:
        """Copy what a template declares besides properties."""
        self.metadata = definition.metadata
        self.deletion_policy = definition.deletion_policy
        self.update_replace_policy = definition.update_replace_policy
        self.needs = frozenset(needs)

    def copy(self) -> StackResource:
        """Return a snapshot, which later changes to this resource do not affect."""
        return replace(self)


@dataclass(frozen=True)
class StackEvent:
    """One event in a stack's history."""

    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    token: str | None
    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    timestamp: dt.datetime = field(default_factory=now)


@dataclass
class Stack:
    """One stack, active or deleted."""

    name: str
    stack_id: str
    region: str
    status: str = "REVIEW_IN_PROGRESS"
    status_reason: str | None = None
    created: dt.datetime = field(default_factory=now)
    updated: dt.datetime | None = None
    deleted: dt.datetime | None = None
    state: DesiredState | None = None  # what was last deployed (or is being deployed)
    resources: dict[str, StackResource] = field(default_factory=dict)
    outputs: list[dict[str, str]] = field(default_factory=list)
    imports: frozenset[str] = frozenset()  # names of exports this stack uses
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=list)
    role_arn: str | None = None
    termination_protection: bool = False
    change_set_id: str | None = None
    events: list[StackEvent] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)  # client request token -> operation
    current_token: str | None = None
    disable_rollback: bool = False  # of the last creation or update
    # Set while the stack is in UPDATE_FAILED: the StableState that RollbackStack restores.
    stable: Any = None
    # Set while the stack is in UPDATE_ROLLBACK_FAILED: what ContinueUpdateRollback resumes.
    unfinished_rollback: Any = None

    @property
    def paused(self) -> bool:
        """Return whether a failed operation left its resources as they were."""
        return self.status in ("CREATE_FAILED", "UPDATE_FAILED")

    @property
    def in_progress(self) -> bool:
        """Return whether an operation is running on this stack."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    @property
    def exports(self) -> dict[str, str]:
        """Return the values of the stack's exports by name."""
        return {
            item["ExportName"]: item["OutputValue"] for item in self.outputs if "ExportName" in item
        }

    def set_status(self, status: str, reason: str | None = None) -> None:
        """Change the stack's status and record the event."""
        # The event comes first: a caller that sees the final status has to find its event.
        self._record(self.name, self.stack_id, "AWS::CloudFormation::Stack", status, reason)
        self.status_reason = reason
        self.status = status

    def set_resource_status(
        self, resource: StackResource, status: str, reason: str | None = None
    ) -> None:
        """Change a resource's status and record the event."""
        resource.status, resource.status_reason, resource.updated = status, reason, now()
        self._record(resource.logical_id, resource.physical_id, resource.type, status, reason)

    def _record(
        self, logical_id: str, physical_id: str, kind: str, status: str, reason: str | None
    ) -> None:
        self.events.append(
            StackEvent(logical_id, physical_id, kind, status, reason, self.current_token)
        )
