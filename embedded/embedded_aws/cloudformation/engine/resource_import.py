"""Bring existing resources under a stack: the execution of a change set of the type IMPORT."""

from __future__ import annotations

from embedded_aws.cloudformation.api_errors import failure_reason
from embedded_aws.cloudformation.engine.deploy_request import DeployRequest
from embedded_aws.cloudformation.engine.ordered_run import run_ordered
from embedded_aws.cloudformation.engine.stack import StackResource
from embedded_aws.cloudformation.engine.workspace import Workspace
from embedded_aws.cloudformation.resources.stack_tags import with_stack_tags
from embedded_aws.cloudformation.resources.system_tags import add_system_tags


class ResourceImport:
    """One attempt to import the resources that a request names; all others stay as they are."""

    def __init__(self, workspace: Workspace, request: DeployRequest) -> None:
        self._workspace = workspace
        self._stack = workspace.stack
        self._request = request
        self._references = workspace.references()

    def run(self) -> str | None:
        """Import all of them, or none.

        Returns:
            None when all is well, else the reason for the import's rollback.
        """
        target, stack = self._request.target, self._stack
        needs = {name: target.dependencies[name] for name in self._request.imports}
        failed = run_ordered(needs, self._import)
        if not failed:
            for name, resource in stack.resources.items():
                resource.follow(target.resources[name], target.dependencies[name])
            return None
        return f"The following resource(s) failed to import: [{', '.join(sorted(failed))}]. "

    def roll_back(self) -> None:
        """Let go of what was imported; it stays as it is."""
        for name in self._request.imports:
            resource = self._stack.resources.pop(name, None)
            if resource is not None and resource.status == "IMPORT_COMPLETE":
                self._stack.set_resource_status(resource, "IMPORT_ROLLBACK_COMPLETE")

    def _import(self, logical_id: str) -> bool:
        target, workspace = self._request.target, self._workspace
        definition, identifier = target.resources[logical_id], self._request.imports[logical_id]
        handler = workspace.registry.handler(definition.type)
        resource = StackResource(logical_id, definition.type, physical_id=identifier)
        resource.follow(definition, target.dependencies[logical_id])
        self._stack.set_resource_status(resource, "IMPORT_IN_PROGRESS", "Resource import started.")
        try:
            resolved = target.resolver(self._references).resolve(definition.properties)
            resource.properties = with_stack_tags(handler, resolved, self._request.tags)
            handler.check(resource.properties)
            context = workspace.context(resource)
            found = handler.take_over(context, identifier, resource.properties)
            add_system_tags(context, workspace.own, found.physical_id)
        except Exception as error:  # noqa: BLE001 - whatever it is becomes the status reason
            self._stack.resources[logical_id] = resource
            self._stack.set_resource_status(resource, "IMPORT_FAILED", failure_reason(error))
            return False
        resource.physical_id, resource.attributes = found.physical_id, dict(found.attributes)
        self._stack.resources[logical_id] = resource
        self._stack.set_resource_status(resource, "IMPORT_COMPLETE", "Resource import completed.")
        return True
