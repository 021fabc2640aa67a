"""Delete resources in reverse order, honouring their deletion policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from embedded_aws.cloudformation.api_errors import failure_reason, is_not_found
from embedded_aws.cloudformation.engine.ordered_run import run_ordered
from embedded_aws.cloudformation.engine.stack import StackResource
from embedded_aws.cloudformation.engine.workspace import Workspace
from embedded_aws.cloudformation.template.dependencies import reversed_dependencies

_GONE = {"DELETE_COMPLETE", "DELETE_SKIPPED"}


def delete_resources(
    workspace: Workspace,
    resources: Mapping[str, StackResource],
    retained: Callable[[StackResource], bool],
) -> list[str]:
    """Delete those of `resources` that exist, dependents first.

    Args:
        retained: whether a resource stays in the account when the stack drops it.

    Returns:
        logical ids that could not be deleted; what they need was left alone.
    """
    existing = {name: item for name, item in resources.items() if item.status not in _GONE}
    needs = {name: set(item.needs) for name, item in existing.items()}

    def delete(logical_id: str) -> bool:
        return _delete(workspace, existing[logical_id], retained(existing[logical_id]))

    return sorted(run_ordered(reversed_dependencies(needs), delete, keep_going=True))


def _delete(workspace: Workspace, resource: StackResource, retained: bool) -> bool:
    stack = workspace.stack
    if retained:
        stack.set_resource_status(resource, "DELETE_SKIPPED")
        return True
    stack.set_resource_status(resource, "DELETE_IN_PROGRESS")
    try:
        if resource.physical_id:
            handler = workspace.registry.handler(resource.type)
            context = workspace.context(resource)
            handler.delete(context, resource.physical_id, resource.properties)
    except Exception as error:  # noqa: BLE001 - whatever it is becomes the status reason
        if not is_not_found(error):
            stack.set_resource_status(resource, "DELETE_FAILED", failure_reason(error))
            return False
    stack.set_resource_status(resource, "DELETE_COMPLETE")
    return True


def delete_stack(workspace: Workspace, retain: frozenset[str], former_status: str) -> None:
    """Delete a stack's resources and set its final status.

    A stack whose exports are in use keeps its former status, with the reason, and can be updated
    as before (aws/aws-cdk #604, USSBA/aws-cft-tools #27).

    Args:
        retain: logical ids to leave alone (DeleteStack's RetainResources).
        former_status: the stack's status before DELETE_IN_PROGRESS.
    """
    stack = workspace.stack
    used = exports_in_use(workspace, set(stack.exports))
    if used:
        stack.deleted = None
        stack.set_status(former_status, f"Delete canceled. {used}")
        return

    def retained(item: StackResource) -> bool:
        return item.logical_id in retain or item.deletion_policy != "Delete"

    failed = delete_resources(workspace, stack.resources, retained)
    if failed:
        stack.set_status(
            "DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
        )
        return
    stack.outputs, stack.imports = [], frozenset()
    stack.set_status("DELETE_COMPLETE")


def exports_in_use(workspace: Workspace, names: set[str]) -> str | None:
    """Return a sentence about the first export of `names` that another stack imports."""
    stack = workspace.stack
    for name in sorted(names):
        users = [
            other.name
            for other in workspace.store.importers(name, stack.region)
            if other is not stack
        ]
        if users:
            return f"Cannot delete export {name} as it is in use by {', '.join(users)}."
    return None
