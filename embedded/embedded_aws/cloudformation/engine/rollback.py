"""Undo a deployment that failed."""

from __future__ import annotations

from embedded_aws.cloudformation.api_errors import failure_reason
from embedded_aws.cloudformation.engine.deletion import delete_resources
from embedded_aws.cloudformation.engine.journal import JournalEntry
from embedded_aws.cloudformation.engine.stack import StackResource
from embedded_aws.cloudformation.engine.workspace import Workspace


def roll_back_creation(
    workspace: Workspace, reason: str, *, retain_except_on_create: bool = False
) -> None:
    """Delete a new stack's resources; the stack ends as ROLLBACK_COMPLETE or ROLLBACK_FAILED."""
    stack = workspace.stack
    stack.set_status(
        "ROLLBACK_IN_PROGRESS", f"{reason.rstrip()} Rollback requested by user.".lstrip()
    )
    workspace.cancelled.clear()

    def retained(item: StackResource) -> bool:
        if item.imported:
            return True
        # A resource that failed is not worth keeping, whatever its policy.
        keeps = item.deletion_policy == "Retain" and not retain_except_on_create
        return keeps and item.status == "CREATE_COMPLETE"

    failed = delete_resources(workspace, stack.resources, retained)
    stack.outputs, stack.imports = [], frozenset()
    if failed:
        names = ", ".join(failed)
        stack.set_status(
            "ROLLBACK_FAILED", f"The following resource(s) failed to delete: [{names}]. "
        )
    else:
        stack.set_status("ROLLBACK_COMPLETE")


def restore_failed(workspace: Workspace, failed: StackResource) -> StackResource:
    """Return a half-changed resource to what it was before its update failed.

    Raises:
        Exception: as the service answers.
    """
    before = failed.before_failure
    if before is None:
        return failed
    handler = workspace.registry.handler(failed.type)
    restored = before.copy()
    restored.physical_id = failed.physical_id
    result = handler.update(
        workspace.context(restored), failed.physical_id, failed.properties, before.properties
    )
    restored.physical_id, restored.attributes = result.physical_id, dict(result.attributes)
    return restored


class UpdateRollback:
    """Restores a stack's resources to their state before a failed update.

    It can stop half-way (UPDATE_ROLLBACK_FAILED) and be run again (ContinueUpdateRollback).
    """

    def __init__(
        self,
        before: dict[str, StackResource],
        journal: list[JournalEntry],
        *,
        retain_except_on_create: bool = False,
    ) -> None:
        self._before = before
        self._pending = list(journal)
        self._surplus: dict[str, StackResource] = {}
        self._restored: dict[str, StackResource] = {}
        self._retain_except_on_create = retain_except_on_create

    @property
    def pending(self) -> list[str]:
        """Return the logical ids that still have to be restored."""
        return [entry.after.logical_id for entry in self._pending]

    def run(self, workspace: Workspace, reason: str | None, skip: frozenset[str]) -> bool:
        """Restore the pending resources, newest first, then delete what the update created.

        Args:
            skip: logical ids to declare restored without touching them.

        Returns:
            whether the stack is back where it was.
        """
        stack = workspace.stack
        stack.set_status("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        workspace.cancelled.clear()
        while self._pending:
            entry = self._pending[-1]
            if entry.after.logical_id not in skip and not self._restore(workspace, entry):
                stack.set_status(
                    "UPDATE_ROLLBACK_FAILED",
                    f"The following resource(s) failed to update: [{entry.after.logical_id}]. ",
                )
                return False
            self._pending.pop()
        stack.resources = self._before | self._restored
        stack.set_status("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        delete_resources(workspace, self._surplus, self._stays)
        return True

    def _restore(self, workspace: Workspace, entry: JournalEntry) -> bool:
        """Undo one entry; leftover resources are deleted at the end."""
        before, after = entry.before, entry.after
        if before is None or entry.kind != "updated":
            # The newest of several creations is the one that still exists.
            self._surplus.setdefault(after.logical_id, after)
            self._restored.pop(after.logical_id, None)
            return True
        stack = workspace.stack
        handler = workspace.registry.handler(before.type)
        restored = before.copy()
        restored.physical_id = after.physical_id
        stack.set_resource_status(restored, "UPDATE_IN_PROGRESS")
        try:
            result = handler.update(
                workspace.context(restored), after.physical_id, after.properties, before.properties
            )
        except Exception as error:  # noqa: BLE001 - whatever it is becomes the status reason
            stack.set_resource_status(restored, "UPDATE_FAILED", failure_reason(error))
            return False
        restored.physical_id, restored.attributes = result.physical_id, dict(result.attributes)
        if result.physical_id != after.physical_id:
            self._surplus[after.logical_id] = after
        stack.set_resource_status(restored, "UPDATE_COMPLETE")
        self._restored[restored.logical_id] = restored
        return True

    def _stays(self, item: StackResource) -> bool:
        created = item.logical_id not in self._before
        keeps = item.deletion_policy == "Retain" and not self._retain_except_on_create
        return item.imported or (created and keeps and item.status == "CREATE_COMPLETE")
