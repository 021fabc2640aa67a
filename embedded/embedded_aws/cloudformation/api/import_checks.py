"""Check what a change set of the type IMPORT asks for, as CloudFormation does.

Rules: CloudFormation user guide, "Import AWS resources into a CloudFormation stack manually"; words
of refusals as users have quoted them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from embedded_aws.cloudformation.engine.planning import ResourceChange
from embedded_aws.cloudformation.engine.stack import Stack
from embedded_aws.cloudformation.engine.stack_store import StackStore
from embedded_aws.cloudformation.errors import validation_error
from embedded_aws.cloudformation.resources.registry import Registry
from embedded_aws.cloudformation.template.template import Template

IMPORT = "IMPORT"


def read_imports(
    asked: Sequence[Mapping[str, Any]], template: Template, registry: Registry
) -> dict[str, str]:
    """Return the identifiers of the resources to import by their logical ids.

    Raises:
        ApiError: a resource, its type or its identifier cannot be imported so.
    """
    if not asked:
        raise validation_error("ResourcesToImport must be specified for the ChangeSetType IMPORT.")
    of_no_type = sorted(
        each["ResourceType"]
        for each in asked
        if not registry.knows(each["ResourceType"])
        or registry.handler(each["ResourceType"]).identifier is None
    )
    if of_no_type:
        # As quoted in pbudzon/aws-maintenance issue 16.
        raise validation_error(
            "The following resource types are not supported for resource import: "
            f"{','.join(of_no_type)}"
        )
    found: dict[str, str] = {}
    for each in asked:
        logical_id, kind = each["LogicalResourceId"], each["ResourceType"]
        definition = template.resources.get(logical_id)
        if definition is None or definition.type != kind:
            raise validation_error(
                f"ResourcesToImport: the template has no resource {logical_id} of type {kind}."
            )
        key = str(registry.handler(kind).identifier)
        given = each["ResourceIdentifier"]
        if list(given) != [key]:
            raise validation_error(
                f"ResourceIdentifier of {logical_id}: got [{', '.join(given)}]; {kind} is "
                f"identified by [{key}]."
            )
        found[logical_id] = given[key]
    silent = sorted(name for name in found if not template.resources[name].has_deletion_policy)
    if silent:
        raise validation_error(
            f"The following resources to import [{', '.join(silent)}] must have DeletionPolicy "
            "attribute specified in the template."
        )
    return found


def check_only_imports(
    stack: Stack,
    template: Template,
    changes: Iterable[ResourceChange],
    imports: Mapping[str, str],
    store: StackStore,
) -> list[ResourceChange]:
    """Return the changes of an import.

    Raises:
        ApiError: something else changes, or a stack has one of the resources already.
    """
    assert stack.state is not None  # it was deployed, or it could not be updated
    if template.outputs != stack.state.template.outputs:
        # As quoted in awslabs/aws-security-assessment-solution issue 6.
        raise validation_error(
            "As part of the import operation, you cannot modify or add [Outputs]"
        )
    changes = list(changes)
    added = {change.logical_id for change in changes if change.action == "Add"}
    others = sorted(
        change.logical_id
        for change in changes
        if change.action != "Add" or change.logical_id not in imports
    )
    if others:
        raise validation_error(
            f"You have modified resources [{', '.join(others)}] in your template that are not "
            "being imported. Update, create or delete operations cannot be executed during import "
            "operations."
        )
    present = sorted(set(imports) - added)
    if present:
        raise validation_error(
            f"ResourcesToImport: [{', '.join(present)}] are in the stack already, or their "
            "conditions do not hold."
        )
    for logical_id, identifier in imports.items():
        _check_free(logical_id, identifier, template, stack, store)
    return [
        ResourceChange(
            "Import", each.logical_id, imports[each.logical_id], each.type, after=each.after
        )
        for each in changes
    ]


def _check_free(
    logical_id: str, identifier: str, template: Template, stack: Stack, store: StackStore
) -> None:
    kind = template.resources[logical_id].type
    for other in store.all(stack.region):
        if other.status == "DELETE_COMPLETE":
            continue
        for resource in other.resources.values():
            if (resource.type, resource.physical_id) == (kind, identifier):
                raise validation_error(f"{identifier} already exists in stack {other.stack_id}")
