"""Change a stack's resources to what a template describes."""

from __future__ import annotations

import time
from typing import Any

from embedded_aws.cloudformation.api_errors import failure_reason
from embedded_aws.cloudformation.engine.deletion import delete_resources, exports_in_use
from embedded_aws.cloudformation.engine.deploy_request import DeployRequest
from embedded_aws.cloudformation.engine.journal import JournalEntry
from embedded_aws.cloudformation.engine.ordered_run import run_ordered
from embedded_aws.cloudformation.engine.rollback import restore_failed
from embedded_aws.cloudformation.engine.stack import StackResource
from embedded_aws.cloudformation.engine.workspace import Workspace
from embedded_aws.cloudformation.errors import (
    OperationCancelledError,
    ResourceError,
    validation_error,
)
from embedded_aws.cloudformation.resources.handler import (
    Provisioned,
    ResourceContext,
    changed_properties,
)
from embedded_aws.cloudformation.resources.stack_tags import with_stack_tags
from embedded_aws.cloudformation.resources.system_tags import add_system_tags

_REPLACING = (
    "Requested update requires the creation of a new physical resource; hence creating one."
)
# aws/aws-sam-cli #4164.
_NO_REPLACEMENT = "Replacement type updates not supported on stack with disable-rollback."
_CLEANUP_ATTEMPTS = 3
_CLEANUP_PAUSE_SECONDS = 0.5


class Deployment:
    """One attempt to deploy a request's target. The stack's resources change as it goes.

    After `run`: `failed` names resources that failed; `journal` says what has to be undone.
    """

    def __init__(self, workspace: Workspace, request: DeployRequest) -> None:
        self._workspace = workspace
        self._stack = workspace.stack
        self._target = request.target
        self._tags = request.tags
        self._import_existing = request.import_existing
        self._disables_rollback = request.disables_rollback
        # What never was complete is deleted and created again ("Stack failure options").
        self._leftovers = {
            name: item
            for name, item in workspace.stack.resources.items()
            if item.status == "CREATE_FAILED"
        }
        self._before = {
            name: item
            for name, item in workspace.stack.resources.items()
            if name not in self._leftovers
        }
        self.references = workspace.references()
        self.journal: list[JournalEntry] = []
        self.failed: set[str] = set()

    def run(self) -> str | None:
        """Create and update what differs, then resolve the outputs.

        Returns:
            None when all is well, else the reason for the stack's rollback.
        """
        self.failed = run_ordered(
            self._target.dependencies, self._deploy, keep_going=self._disables_rollback
        )
        if self.failed:
            return self._failure()
        try:
            outputs = self._target.outputs(self.references)
            self._check_exports(outputs)
        except Exception as error:  # noqa: BLE001 - whatever it is becomes the status reason
            return failure_reason(error)
        self._stack.outputs = outputs
        self._stack.imports = frozenset(self.references.imports)
        return None

    def _failure(self) -> str:
        updates = self.failed & set(self._before)
        groups = (("create", self.failed - updates), ("update", updates))
        return "".join(
            f"The following resource(s) failed to {verb}: [{', '.join(sorted(names))}]. "
            for verb, names in groups
            if names
        )

    def clean_up(self) -> None:
        """Delete replaced resources and those that the new template no longer has."""
        removed = {
            name: item
            for name, item in (self._before | self._leftovers).items()
            if name not in self._target.resources
        }
        for name in removed:
            del self._stack.resources[name]
        replaced = {
            entry.before.logical_id: entry.before
            for entry in self.journal
            if entry.before is not None and entry.before.physical_id != entry.after.physical_id
        }

        def retained(item: StackResource) -> bool:
            if item.logical_id in removed:
                return item.deletion_policy != "Delete"
            definition = self._target.resources[item.logical_id]
            return definition.update_replace_policy != "Delete"

        # As AWS does: what cannot be deleted is tried again, then left behind.
        for attempt in range(_CLEANUP_ATTEMPTS):
            if not delete_resources(self._workspace, removed | replaced, retained):
                return
            if attempt + 1 < _CLEANUP_ATTEMPTS:
                time.sleep(_CLEANUP_PAUSE_SECONDS)

    def _deploy(self, logical_id: str) -> bool:
        """Create, update or leave one resource. Returns whether it is up to date."""
        definition = self._target.resources[logical_id]
        handler = self._workspace.registry.handler(definition.type)
        old = self._before.get(logical_id)
        resource = StackResource(logical_id, definition.type)
        resource.follow(definition, self._target.dependencies[logical_id])
        context = self._workspace.context(resource)
        try:
            resolved = self._target.resolver(self.references).resolve(definition.properties)
            resource.properties = with_stack_tags(handler, resolved, self._tags)
            if old is not None and old.before_failure is not None:
                old = restore_failed(self._workspace, old)
            if old is None:
                self._create(resource, context)
            elif not changed_properties(old.properties, resource.properties):
                self._leave(old, resource)
            elif handler.needs_replacement(old.properties, resource.properties):
                if self._disables_rollback:
                    raise ResourceError(_NO_REPLACEMENT)
                self._replace(old, resource, context)
            else:
                self._update(old, resource, context)
        except OperationCancelledError:
            verb = "creation" if old is None else "update"
            self._fail(old, resource, context, f"Resource {verb} cancelled")
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is becomes the status reason
            self._fail(old, resource, context, failure_reason(error))
            return False
        return True

    def _create(self, resource: StackResource, context: ResourceContext) -> None:
        leftover = self._leftovers.get(resource.logical_id)
        if leftover is not None and delete_resources(
            self._workspace, {resource.logical_id: leftover}, lambda _: False
        ):
            raise ResourceError(
                f"What an earlier operation left of it could not be deleted: "
                f"{leftover.status_reason}"
            )
        self._stack.resources[resource.logical_id] = resource
        self._stack.set_resource_status(resource, "CREATE_IN_PROGRESS")
        self._provision(resource, context)
        self.journal.append(JournalEntry("created", None, resource))
        self._stack.set_resource_status(resource, "CREATE_COMPLETE")

    def _replace(
        self, old: StackResource, resource: StackResource, context: ResourceContext
    ) -> None:
        self._stack.set_resource_status(resource, "UPDATE_IN_PROGRESS", _REPLACING)
        self._provision(resource, context)
        self.journal.append(JournalEntry("replaced", old, resource))
        self._stack.resources[resource.logical_id] = resource
        self._stack.set_resource_status(resource, "UPDATE_COMPLETE")

    def _update(
        self, old: StackResource, resource: StackResource, context: ResourceContext
    ) -> None:
        handler = self._workspace.registry.handler(resource.type)
        resource.physical_id = old.physical_id
        self._stack.set_resource_status(resource, "UPDATE_IN_PROGRESS")
        handler.check(resource.properties)
        self._disturb(resource, context)
        result = handler.update(context, old.physical_id, old.properties, resource.properties)
        resource.physical_id, resource.attributes = result.physical_id, dict(result.attributes)
        if resource.physical_id != old.physical_id:  # the update has replaced it
            add_system_tags(context, self._workspace.own, resource.physical_id)
        self.journal.append(JournalEntry("updated", old, resource))
        self._stack.resources[resource.logical_id] = resource
        self._stack.set_resource_status(resource, "UPDATE_COMPLETE")

    def _leave(self, old: StackResource, resource: StackResource) -> None:
        resource.physical_id, resource.attributes = old.physical_id, old.attributes
        resource.status, resource.updated = old.status, old.updated
        self._stack.resources[resource.logical_id] = resource

    def _provision(self, resource: StackResource, context: ResourceContext) -> None:
        handler = self._workspace.registry.handler(resource.type)
        handler.check(resource.properties)
        self._disturb(resource, context)
        result = self._adopt(resource, context) or handler.create(context, resource.properties)
        resource.physical_id, resource.attributes = result.physical_id, dict(result.attributes)
        add_system_tags(context, self._workspace.own, resource.physical_id)

    def _disturb(self, resource: StackResource, context: ResourceContext) -> None:
        self._workspace.registry.disturb(resource.type, resource.properties, context.cancelled)

    def _adopt(self, resource: StackResource, context: ResourceContext) -> Provisioned | None:
        # As on AWS: only what the stack would not delete later can be imported.
        if not self._import_existing or resource.deletion_policy != "Retain":
            return None
        handler = self._workspace.registry.handler(resource.type)
        result = handler.adopt(context, resource.properties)
        resource.imported = result is not None
        return result

    def _fail(
        self, old: StackResource | None, resource: StackResource, context: ResourceContext, why: str
    ) -> None:
        if context.existing_id is not None:  # it was created before it failed
            resource.physical_id = context.existing_id
            self.journal.append(
                JournalEntry("created" if old is None else "replaced", old, resource)
            )
        elif old is not None and resource.physical_id == old.physical_id:
            self.journal.append(JournalEntry("updated", old, resource))
            resource.before_failure = old.before_failure or old
        elif old is not None and self._disables_rollback:  # nothing has touched it
            resource.physical_id, resource.properties = old.physical_id, old.properties
            resource.attributes = old.attributes
        self._stack.resources[resource.logical_id] = resource
        verb = "CREATE" if old is None else "UPDATE"
        self._stack.set_resource_status(resource, f"{verb}_FAILED", why)
        if not self._disables_rollback:
            self._workspace.cancelled.set()

    def _check_exports(self, outputs: list[dict[str, str]]) -> None:
        new: dict[str, Any] = {
            item["ExportName"]: item["OutputValue"] for item in outputs if "ExportName" in item
        }
        store, stack = self._workspace.store, self._stack
        for other, name, _ in store.exports(stack.region):
            if name in new and other is not stack:
                raise validation_error(
                    f"Export with name {name} is already exported by stack {other.name}. "
                    "Rename one of them."
                )
        used = exports_in_use(self._workspace, set(stack.exports) - set(new))
        if used:
            raise validation_error(used)
        for name, value in stack.exports.items():
            users = [item.name for item in store.importers(name, stack.region) if item is not stack]
            if users and new[name] != value:
                raise validation_error(
                    f"Cannot update export {name} as it is in use by {', '.join(users)}."
                )
